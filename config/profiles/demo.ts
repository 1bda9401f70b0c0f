import type { HealthCheck } from "../settings";
import type { Profile, ServiceProfile } from "./profile";

/** Environment that both programs of the demo product read; they differ in port and path only. */
const environment = {
  DATABASE_HOST: "{database.host}",
  DATABASE_PORT: "{database.port}",
  DATABASE_NAME: "{database.name}",
  DATABASE_USER: "{database.user}",
  PUBLIC_URL: "{url}",
  PATH_PREFIX: "{pathPrefix}",
  PRODUCT_DOMAIN: "{domain}",
  // Inside the container every interface: its networks are closed, and only the edge is published.
  BIND: "0.0.0.0",
};

const common = {
  user: { uid: 10001, gid: 10001 },
  environment,
  secrets: {
    DATABASE_PASSWORD: { from: "database-password", delivery: "file", variable: "DATABASE_PASSWORD_FILE" },
    SESSION_SECRET: { from: "generated", delivery: "file", variable: "SESSION_SECRET_FILE" },
  },
  writablePaths: [],
  capabilities: [],
  limits: { memoryMiB: 192, cpus: 0.5, processes: 256 },
  // The front page and not /ready: what the health check asks already.
  smoke: { path: "/", status: 200 },
  stopSignal: "SIGTERM",
  stopGraceSeconds: 30,
  drainSeconds: 10,
  stripPrefix: false,
} satisfies Omit<ServiceProfile, "port" | "defaultPathPrefix" | "command" | "healthCheck">;

function healthCheck(port: number): HealthCheck {
  return {
    test: ["CMD", "node", "/app/main.js", "healthcheck", String(port)],
    intervalSeconds: 2,
    // A node process on a busy machine of two cores took 2.5 s.
    timeoutSeconds: 5,
    retries: 3,
    startPeriodSeconds: 15,
  };
}

/** The embedded default: a small vault of our own, for trying strongroom on one machine. */
export const demo: Profile = {
  name: "demo",
  title: "Demo vault",
  minimum: { vcpus: 2, memoryGiB: 2, diskGiB: 5 },
  // Its migrations only add, so that two releases run on one schema.
  strategy: "rolling",
  migration: {
    mode: "job",
    service: "server",
    history: "public.schema_migrations",
    command: ["node", "/app/main.js", "migrate"],
    timeoutSeconds: 600,
  },
  localOnly: true,
  services: {
    server: {
      ...common,
      secrets: {
        ...common.secrets,
        // With TLS_CERTIFICATE and TLS_CLIENT_CA in its environment: it then speaks TLS itself.
        TLS_KEY: { from: "operator", optional: true, delivery: "file", variable: "TLS_KEY_FILE" },
      },
      ssoCertificate: { certificate: "SSO_CERTIFICATE_FILE", key: "SSO_KEY_FILE" },
      port: 3000,
      command: ["node", "/app/main.js", "server"],
      defaultPathPrefix: "/",
      healthCheck: healthCheck(3000),
    },
    dashboard: {
      ...common,
      port: 3001,
      command: ["node", "/app/main.js", "dashboard"],
      defaultPathPrefix: "/admin",
      healthCheck: healthCheck(3001),
    },
  },
  database: { name: "vault", majors: [15] },
  addressTasks: [
    {
      id: "announce",
      services: ["server"],
      when: "before",
      task: "tell those who use the vault that it moves from {from} to {to}",
    },
  ],
  adminLink: { service: "dashboard", command: ["node", "/app/main.js", "admin-link"], validMinutes: 5 },
};
