import type { ProgramEdit } from "./gate-stack";

/** Edits the stack's configuration, given without the `strongroom:` prefix. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the file's shape is what is under test
export type ConfigEdit = (config: Record<string, any>) => void;

/** A change to the dev stack: of its configuration, of its program, or of both. */
export interface GateCase {
  name: string;
  config?: ConfigEdit;
  program?: ProgramEdit[];
}

/** A change that the gate has something to say about, and the rule by which it does. */
export interface JudgedCase extends GateCase {
  rule: string;
}

const DATABASE = "components/database/database.ts";
const SERVICE = "components/service/service.ts";
const CERTIFICATES = "components/certificates/certificates.ts";

const everyService = (
  config: Parameters<ConfigEdit>[0],
  change: (service: Record<string, unknown>) => void,
) => Object.values<Record<string, unknown>>(config.services).forEach(change);

/** An image that nobody has: a preview does not look. */
const IMAGE = `sha256:${"5".repeat(64)}`;

/** Changes by which people lose data, trust or the service, or by which secrets or hosts are opened. */
export const unsafeCases: JudgedCase[] = [
  {
    name: "the database's volume deleted",
    rule: "chg-db-volume",
    program: [
      [
        DATABASE,
        "const volume = volumeOf(settings.volume, restored?.from);",
        "const volume = { name: volumeName(stack, settings.volume) };",
      ],
    ],
  },
  {
    name: "the database's volume renamed",
    rule: "chg-db-volume",
    config: (c) => (c.database.volume = "other"),
  },
  {
    name: "the database's volume unprotected and replaced in one go",
    rule: "chg-db-volume",
    program: [
      [DATABASE, "protect: from === undefined", "protect: false"],
      [DATABASE, "name: volumeName(stack, short)", "name: volumeName(`new-${stack}`, short)"],
    ],
  },
  {
    name: "the volume unprotected",
    rule: "chg-unprotect",
    program: [[DATABASE, "protect: from === undefined", "protect: false"]],
  },
  {
    name: "the volume to be deleted really",
    rule: "chg-unprotect",
    program: [[DATABASE, "retainOnDelete: true", "retainOnDelete: false"]],
  },
  {
    name: "a mount elsewhere",
    rule: "chg-db-mount",
    program: [[DATABASE, "target: DATA_VOLUME", 'target: "/srv"']],
  },
  {
    name: "another major version of PostgreSQL",
    rule: "chg-db-major",
    config: (c) => (c.database.image = { id: IMAGE }),
    program: [
      ["components/database/server.ts", "/usr/lib/postgresql/${major}/bin", "/usr/lib/postgresql/16/bin"],
    ],
  },
  {
    name: "the password in use changed",
    rule: "chg-db-password",
    config: (c) => (c.database.roles = { generationA: 2 }),
  },
  {
    name: "a signing secret taken away",
    rule: "chg-secret",
    program: [
      [
        "components/service/variables.ts",
        's.delivery === "file" ?',
        's.delivery === "file" && s.name !== "SESSION_SECRET" ?',
      ],
    ],
  },
  {
    name: "a retired signing secret brought back",
    rule: "chg-secret",
    config: (c) => delete c.services.dashboard.secrets,
  },
  {
    name: "the database published",
    rule: "chg-publish",
    program: [
      [
        DATABASE,
        "shmSize:",
        'ports: [{ internal: 5432, external: 25432, ip: "127.0.0.1" }],\n        shmSize:',
      ],
    ],
  },
  {
    name: "the database on the host's network",
    rule: "chg-publish",
    program: [[DATABASE, "shmSize:", 'networkMode: "host",\n        shmSize:']],
  },
  {
    name: "another Docker host",
    rule: "chg-host",
    config: (c) => (c.hosts.local.docker = "unix:///run/docker.sock"),
  },
  {
    name: "the host under another name",
    rule: "chg-provider",
    config: (c) => (c.hosts = { other: c.hosts.local }),
  },
  {
    name: "the network's subnet",
    rule: "chg-network",
    config: (c) => (c.edge.ipv4Subnet = "172.30.251.0/24"),
  },
  {
    name: "the database's network opened",
    rule: "chg-harden-regress",
    program: [["components/network/network.ts", "internal: true", "internal: false"]],
  },
  {
    name: "the edge renamed without an alias",
    rule: "chg-rename",
    program: [["components/edge/edge.ts", "${name}-proxy", "${name}-renamed"]],
  },
  {
    name: "the live domain dropped",
    rule: "chg-domain",
    config: (c) => everyService(c, (service) => (service.domain = "safe.localhost")),
  },
  {
    name: "a domain left out of its certificate",
    rule: "chg-cert-cover",
    program: [[CERTIFICATES, "dnsNames: [domain]", "dnsNames: [`old.${domain}`]"]],
  },
  {
    name: "a certificate for half a day",
    rule: "chg-cert-time",
    program: [
      [CERTIFICATES, "validityPeriodHours: settings.validityHours", "validityPeriodHours: 12"],
      [CERTIFICATES, "earlyRenewalHours: settings.earlyRenewalHours", "earlyRenewalHours: 1"],
    ],
  },
  {
    name: "the private CA made anew",
    rule: "chg-ca",
    program: [[CERTIFICATES, 'ecdsaCurve: "P256" }, kept', 'ecdsaCurve: "P384" }, kept']],
  },
  {
    name: "an older release where it needs a newer schema",
    rule: "chg-downgrade",
    config: (c) => {
      c.strategy = "recreate";
      c.services.server.image = { id: IMAGE, version: "0.9.0" };
    },
  },
  {
    name: "a jump over a release",
    rule: "chg-requires",
    config: (c) => (c.services.server.image = { build: "demo", tag: "1.1.0", requires: ">=1.0.5" }),
  },
  {
    name: "a service removed",
    rule: "chg-service-removed",
    program: [
      [
        "index.ts",
        "Object.values(settings.services).map",
        "Object.values(settings.services).slice(0, 1).map",
      ],
    ],
  },
  {
    name: "an empty program",
    rule: "chg-empty",
    program: [["index.ts", "", "export const declareStack = async () => ({});\n"]],
  },
  {
    name: "a program of another stack",
    rule: "chg-blast",
    program: [["index.ts", "", "export const declareStack = async () => ({});\n"]],
  },
  {
    name: "a writable root",
    rule: "chg-harden-regress",
    program: [["components/container/hardened.ts", "readOnly: true", "readOnly: false"]],
  },
  {
    name: "the host's Docker given to a service",
    rule: "chg-harden-regress",
    program: [
      [
        SERVICE,
        "mounts: [",
        'mounts: [\n          { type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" },',
      ],
    ],
  },
  {
    name: "certificates no longer verified",
    rule: "chg-harden-regress",
    program: [
      [
        SERVICE,
        "envs: environmentLines(settings)",
        'envs: [...environmentLines(settings), "NODE_TLS_REJECT_UNAUTHORIZED=0"]',
      ],
    ],
  },
  {
    name: "actions' input in clear",
    rule: "chg-plaintext",
    program: [["components/action/action.ts", "stdin: pulumi.secret(", "stdin: pulumi.unsecret("]],
  },
  {
    name: "replicas that are not retired",
    rule: "chg-action",
    program: [[SERVICE, 'phases: ["delete"]', "phases: []"]],
  },
  {
    name: "a command that is no verb",
    rule: "chg-action",
    program: [
      ["components/action/action.ts", "`exec operations/run ${args.verb} ${phase}`", "`echo ${phase}`"],
    ],
  },
];

/** Changes that a stack's operators make on any day: nothing is to be said about them. */
export const safeCases: GateCase[] = [
  { name: "nothing" },
  { name: "a release", config: (c) => (c.services.server.image.tag = "1.1.0") },
  {
    name: "a release of every service",
    config: (c) => everyService(c, (service) => (service.image = { build: "demo", tag: "1.1.0" })),
  },
  {
    name: "a release whose requirement is met",
    config: (c) => (c.services.server.image = { build: "demo", tag: "1.1.0", requires: ">=1.0" }),
  },
  { name: "more replicas", config: (c) => (c.services.server.replicas = 2) },
  { name: "another certificate", config: (c) => (c.certificates.default.generation = 2) },
  { name: "a shorter certificate", config: (c) => (c.certificates.default.validityHours = 1_440) },
  {
    name: "a further domain",
    config: (c) =>
      (c.services.dashboard = { ...c.services.dashboard, domain: "admin.localhost", pathPrefix: "/" }),
  },
  {
    name: "the other database role",
    config: (c) => (c.database.roles = { active: "b", generationB: 2 }),
  },
  {
    name: "a password that is not in use",
    config: (c) => (c.database.roles = { generationB: 2 }),
  },
  {
    name: "an allow-list",
    config: (c) => (c.services.dashboard.allowedIps = ["127.0.0.0/8", "172.16.0.0/12"]),
  },
  { name: "an administration that is shut", config: (c) => (c.services.dashboard.allowedIps = []) },
  { name: "another path", config: (c) => (c.services.dashboard.pathPrefix = "/administration") },
  { name: "more memory for a service", config: (c) => (c.services.server.limits = { memoryMiB: 256 }) },
  { name: "a variable", config: (c) => (c.services.server.environment = { LOG_LEVEL: "debug" }) },
  { name: "a longer drain", config: (c) => (c.services.server.drainSeconds = 5) },
  { name: "a longer proof", config: (c) => (c.services.server.proveSeconds = 10) },
  { name: "a slower health check", config: (c) => (c.services.server.healthCheck.intervalSeconds = 5) },
  { name: "another first request", config: (c) => (c.services.server.smoke = { path: "/ready" }) },
  { name: "more memory for the edge", config: (c) => (c.edge.limits = { memoryMiB: 300 }) },
  { name: "a shorter HSTS", config: (c) => (c.edge.hsts = { maxAgeSeconds: 86_400 }) },
  {
    name: "a maintenance window",
    config: (c) => (c.maintenance = { windows: [{ days: ["sat"], from: "22:00", to: "04:00" }] }),
  },
];

/** Changes that pass, with a note by a rule about what people will notice. */
export const notedCases: JudgedCase[] = [
  {
    name: "another session secret",
    rule: "chg-session",
    config: (c) => (c.services.server.secrets = { SESSION_SECRET: { generation: 2 } }),
  },
];
