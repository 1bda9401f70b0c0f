import type { Profile, SecretProfile, ServiceProfile } from "./profile";

const databasePassword: SecretProfile = {
  from: "database-password",
  delivery: "environment",
  variable: "DB_PASS",
  reason: "both programs read the password from the environment (env.ts) and know no file for it",
};

const sessionSecretReason =
  "both programs read the session secret from the environment (env.ts) and know no file for it";

/**
 * Every value goes by two names: the one that the vendor's compose file gives the image's entry point (`PRO_…`),
 * and the one that the program itself reads. The published compose file has only the first; an image whose entry
 * point does not translate them then runs without its public address and with a session secret of its own
 * making, so that every restart ends all sessions.
 */
const environment = {
  DB_HOST: "{database.host}",
  DB_PORT: "{database.port}",
  DB_NAME: "{database.name}",
  DB_USER: "{database.user}",
  HTTP_PROXY: "{outboundProxy.url}",
  USE_POSTFIX: "false",
  PRO_NODE_ENV: "production",
  NODE_ENV: "production",
  SERVER_PORT: "{port}",
};

const common = {
  // The vendor's public Dockerfiles end with USER node, which is 1000 in Node's official images.
  user: { uid: 1000, gid: 1000 },
  writablePaths: [],
  capabilities: [],
  // Neither program handles SIGTERM; on SIGINT both finish their requests and close the database (serverProcess.ts).
  stopSignal: "SIGINT",
  stopGraceSeconds: 30,
  drainSeconds: 10,
  // Both programs serve from the root; the vendor's edge removes the dashboard's prefix.
  stripPrefix: true,
} satisfies Partial<ServiceProfile>;

/** Asks the program from inside its container; Node is the one program that is surely there. */
function healthCheck(url: string): ServiceProfile["healthCheck"] {
  return {
    test: [
      "CMD",
      "node",
      "-e",
      `fetch("${url}").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`,
    ],
    intervalSeconds: 5,
    timeoutSeconds: 5,
    retries: 6,
    startPeriodSeconds: 180,
  };
}

/** UpSignOn PRO by Septeo: a password vault's server and its administration. */
export const upsignonPro: Profile = {
  name: "upsignon-pro",
  title: "UpSignOn PRO",
  // The vendor's minimum for a machine.
  minimum: { vcpus: 4, memoryGiB: 8, diskGiB: 50 },
  // Migrations run at start; the vendor does not promise that two releases run on one schema.
  strategy: "recreate",
  migration: { mode: "on-start", service: "server" },
  localOnly: false,
  services: {
    server: {
      ...common,
      port: 3000,
      environment: {
        ...environment,
        PRO_SERVER_PORT: "{port}",
        PRO_API_PUBLIC_HOSTNAME: "{publicName}",
        API_PUBLIC_HOSTNAME: "{publicName}",
        PERSO_SERVER_URL: "https://app.upsignon.eu",
        SMTP_HOST: "{smtp.host}",
        SMTP_PORT: "{smtp.port}",
        SMTP_USER: "{smtp.user}",
        SMTP_SENDING_USER: "{smtp.sender}",
        SMTP_ALLOW_INVALID_CRT: "false",
      },
      secrets: {
        DATABASE_PASSWORD: databasePassword,
        SESSION_SECRET: {
          from: "generated",
          delivery: "environment",
          variable: "SESSION_SECRET",
          aliases: ["PRO_SESSION_SECRET"],
          reason: sessionSecretReason,
        },
        SMTP_PASSWORD: {
          from: "smtp-password",
          delivery: "environment",
          variable: "SMTP_PASSWORD",
          reason: "the vendor documents the mail password as an environment variable only",
        },
      },
      limits: { memoryMiB: 2048, cpus: 2, processes: 512 },
      healthCheck: healthCheck("http://127.0.0.1:3000/"),
      smoke: { path: "/", status: 200 },
      defaultPathPrefix: "/",
      maxReplicas: {
        count: 1,
        reason: "its migrations run at start without a lock, and its daily jobs would run in every replica",
      },
    },
    dashboard: {
      ...common,
      port: 3001,
      environment: {
        ...environment,
        PRO_DASHBOARD_PORT: "{port}",
        PRO_DASHBOARD_PUBLIC_URL: "{url}",
        SERVER_URL: "{url}",
      },
      secrets: {
        DATABASE_PASSWORD: databasePassword,
        SESSION_SECRET: {
          from: "generated",
          delivery: "environment",
          variable: "SESSION_SECRET",
          aliases: ["DASHBOARD_SESSION_SECRET"],
          reason: sessionSecretReason,
        },
      },
      limits: { memoryMiB: 1024, cpus: 1, processes: 512 },
      healthCheck: healthCheck("http://127.0.0.1:3001/login.html"),
      smoke: { path: "/login.html", status: 200 },
      defaultPathPrefix: "/admin",
    },
  },
  database: { name: "pro", majors: [15] },
  adminLink: {
    service: "dashboard",
    command: ["node", "/app/upsignon-pro-dashboard/back/scripts/addSuperAdmin.js"],
    validMinutes: 5,
  },
  addressTasks: [
    {
      id: "declare",
      services: ["server", "dashboard"],
      when: "before",
      task: "have the vendor declare {to}, path included; it admits no address that it does not know",
    },
    {
      id: "configuration-links",
      services: ["server"],
      when: "after",
      task: "give every user the configuration link of their bank again; the one from before leads to {from}",
    },
    {
      id: "redirections",
      services: ["server"],
      when: "after",
      task: "in the dashboard, set each bank's redirection from {from} to {to}, for apps that are configured",
    },
  ],
  unverified: [
    "whether the images' entry points run on a read-only root file system: published older ones write an .env file under /app at start",
    "the images' user: 1000 in the public Dockerfiles (`docker image inspect` shows it)",
    "the health and smoke requests: / of the server and /login.html of the dashboard, as the public sources serve them",
    "that the server's and the dashboard's session secrets may differ: nothing in the public sources shares a session",
  ],
};
