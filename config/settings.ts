import type { Profile } from "./profiles/profile";
import type { Secret } from "./secret";

/** Everything the stack is built from, checked and complete: no component reads anything else. */
export interface Settings {
  /** Pulumi's stack name; it is in every label and in the names that must be stable. */
  stack: string;
  profile: Profile;
  /** Whether two releases may stand side by side on one database. */
  strategy: Strategy;
  migration: MigrationSettings;
  /** Docker hosts by name; every resource is placed on one of them explicitly. */
  hosts: Record<string, Host>;
  edge: EdgeSettings;
  services: Record<string, ServiceSettings>;
  database: DatabaseSettings;
  certificates: CertificateSettings;
  dns: DnsSettings;
  /** Without it there are no backups. */
  backup?: BackupSettings;
  smtp?: SmtpSettings;
  outboundProxy?: OutboundProxySettings;
  maintenance: MaintenanceSettings;
  /** How many images each service, edge, front and database keeps on its host. */
  images: { keep: number };
  /** Secret from which generated secrets are derived; never leaves config/ other than through `Secret`. */
  generatedSecret(name: string, generation: number): Secret;
}

/** `recreate`: the old release is stopped before the new one starts, behind a maintenance page. */
export type Strategy = "rolling" | "recreate";

/** How the database is brought to a release: by a job before its first instance, or by that instance itself. */
export type MigrationSettings = {
  service: string;
  /** Table in which the product records its migrations, if that is known: by it is told whether one has passed. */
  history?: string;
} & ({ mode: "job"; command: string[]; timeoutSeconds: number } | { mode: "on-start" });

export interface Host {
  /** Docker endpoint: `unix:///…` or `ssh://user@host[:port]`. */
  docker: string;
  /** Public addresses (IPv4 and IPv6) for DNS records. */
  addresses: string[];
  role: "primary" | "standby";
}

/** A container image by content: what runs is fixed by `id`, whatever a tag says. */
export interface Image {
  /** What is given to Docker: `repository@sha256:…`, or the image id `sha256:…` for archives and local builds. */
  reference: string;
  /** `registry`: pulled by digest; `loaded`: must be on the host already (built or loaded by the CLI). */
  source: "registry" | "loaded";
  /** For people: version or build tag, as the config gives it. Not part of any hash. */
  version?: string;
  /** Version of the oldest release that may be upgraded to this one, e.g. "2.3". Not part of any hash. */
  requires?: string;
  /** Only for an image that was given by id: where it must come from. Not part of any hash. */
  archived?: { archive?: string; signer?: string };
}

export interface Limits {
  memoryMiB: number;
  /** CPU cores, e.g. 0.5. */
  cpus: number;
  /** Processes and threads (ulimit nproc). */
  processes: number;
}

export interface EdgeSettings {
  host: string;
  image: Image;
  /** What holds the published ports; a change of it interrupts the service. */
  front: { image: Image };
  /** Host addresses to publish on, e.g. 127.0.0.1, 0.0.0.0, ::. */
  addresses: string[];
  ports: { http: number; https: number };
  /** IPv4 subnet of the front's network; without it Docker chooses one from its pools. */
  ipv4Subnet?: string;
  /** IPv6 subnet (ULA, /64) of the front's network; without it the network is IPv4 only. */
  ipv6Subnet?: string;
  limits: Limits;
  hsts: { maxAgeSeconds: number; includeSubdomains: boolean; preload: boolean };
}

export interface ServiceSettings {
  name: string;
  strategy: Strategy;
  host: string;
  image: Image;
  replicas: number;
  domain: string;
  /** Further names under which it is served as under its domain. */
  aliases: string[];
  /** Names that it had before, of which the date has not come. */
  previous: PreviousDomain[];
  /** Under which people reach it, without a slash at the end. */
  url: string;
  /** "/" or "/admin": no trailing slash but for the root. */
  pathPrefix: string;
  /** Whether the edge removes the prefix before it forwards. */
  stripPrefix: boolean;
  /** CIDR list (IPv4 and IPv6): undefined means everybody, empty means nobody. */
  allowedIps?: string[];
  /** Where the service itself speaks TLS. */
  backendTls?: BackendTlsSettings;
  /** What its identity provider knows it by; the files themselves are among `secrets`. */
  ssoCertificate?: SsoCertificateSettings;
  /** Complete environment: profile's template filled in, then the operator's own variables. */
  environment: Record<string, string>;
  /** Secrets with the way in which the profile lets the product take them. */
  secrets: ServiceSecret[];
  limits: Limits;
  port: number;
  user: { uid: number; gid: number };
  command?: string[];
  /** Paths that the product writes and needs no longer than it runs: memory file systems, 64 MiB by default. */
  writablePaths: { path: string; sizeMiB?: number }[];
  capabilities: string[];
  healthCheck: HealthCheck;
  /** Asked of each new instance before it gets traffic, through the edge's network. */
  smoke: { path: string; status: number };
  stopSignal: string;
  stopGraceSeconds: number;
  /** How long after losing its route a release may finish requests before it is told to stop, seconds. */
  drainSeconds: number;
  /** How long a new release must stay healthy under traffic before the old one is let go, seconds. */
  proveSeconds: number;
}

export interface BackendTlsSettings {
  truststore: { name: string } & Truststore;
  /** Name that the service's certificate must cover. */
  serverName: string;
  /** What the edge shows to the service. */
  clientCertificate?: { certificatesPem: string; key: Secret };
}

/** The certificate that a service shows its identity provider, and the one that takes its place next. */
export interface SsoCertificateSettings {
  inUse: SsoCertificate;
  announced?: SsoCertificate;
}

export interface SsoCertificate {
  /** Under `certificates.custom`. */
  name: string;
  /** Without its issuers. */
  certificatePem: string;
}

export interface PreviousDomain {
  name: string;
  /** When it is no longer answered: ISO 8601, a day (its begin, UTC) or a moment. */
  until: string;
  /** Status of the redirect for all methods but GET; false: it is served as the domain is. */
  redirect: 308 | 307 | false;
  /** Under which the service was reached there: "/" or "/admin". */
  pathPrefix: string;
}

export interface ServiceSecret {
  name: string;
  secret: Secret;
  /** Of one that the stack derives. */
  generation?: number;
  /** `file`: mode 0400 at `path`, whose path is given in `variable`; `environment`: in `variable` itself. */
  delivery: "file" | "environment";
  variable: string;
  /** Path in the container, for `file`. */
  path?: string;
}

export interface HealthCheck {
  test: string[];
  intervalSeconds: number;
  timeoutSeconds: number;
  retries: number;
  startPeriodSeconds: number;
}

export interface DatabaseSettings {
  host: string;
  image: Image;
  /** Postgres major version, e.g. 15. */
  major: number;
  name: string;
  /** Name and TCP port under which services reach it on the database network. */
  hostname: string;
  port: number;
  /** Short name of the volume that is served; Docker's is `strongroom-<stack>-<volume>`. */
  volume: string;
  /** When that volume is filled from a backup: the backup's id or the time, and the volume that stays beside it. */
  restored?: { from: string; beside: string };
  /** Short name of the restored volume that the product is meant to leave. */
  leave?: string;
  /** Which of the two login roles the services use now. */
  activeRole: "a" | "b";
  /** Names of the owner role, which cannot log in, and of the two login roles. */
  roleNames: { owner: string; a: string; b: string };
  rolePasswords: { a: Secret; b: Secret };
  /** Role that reads everything, for backups; only with them. */
  dump?: { role: string; password: Secret };
  /** Role that reads the log, and how much of it is kept for that; only with point in time recovery. */
  wal?: { role: string; password: Secret; slotMiB: number };
  limits: Limits;
  maxConnections: number;
  stopGraceSeconds: number;
}

export interface CertificateSettings {
  /** By domain. */
  domains: Record<string, DomainCertificate>;
  /** Those of the operator's own, by the key of the configuration that gives their files. */
  custom: Record<string, CustomCertificate>;
  /** Whether the private CA is there though no domain has a certificate of it. */
  keepPrivateCa: boolean;
  acme?: AcmeSettings;
  /** By name. */
  truststores: Record<string, Truststore>;
  /** By domain; a domain that is missing asks its clients for none. */
  clientCertificates: Record<string, ClientCertificateSettings>;
}

/** Authorities by which certificates of clients or backends are judged. */
export interface Truststore {
  generation: number;
  /** PEM, one block after the other and nothing else. */
  certificatesPem: string;
}

export interface ClientCertificateSettings {
  truststore: string;
  /** `optional`: whoever gives none is let in, whoever gives a wrong one is not. */
  mode: "required" | "optional";
}

/** A certificate of the operator's own. */
export interface CustomCertificate {
  /** It, then its intermediates. */
  certificatePem: string;
  /** Of a private authority: for checks alone, no resource is given it. */
  rootPem?: string;
  key: Secret;
  generation: number;
}

/** Account at an ACME authority (RFC 8555), and what it issues. */
export interface AcmeSettings {
  email: string;
  /** Directory of the authority; without it Let's Encrypt's. */
  server?: string;
  /** Roots of an authority of the operator's own. */
  rootsPem?: string;
  keyType: "EC256" | "EC384" | "RSA2048" | "RSA4096";
  /** How long its certificates are valid, hours. */
  lifetimeHours: number;
}

export type AcmeChallenge = "http-01" | "tls-alpn-01" | "dns-01";

export type DomainCertificate =
  | { mode: "private-ca"; generation: number; validityHours: number; earlyRenewalHours: number }
  | ({ mode: "custom" } & CustomCertificate)
  | {
      mode: "acme";
      challenge: AcmeChallenge;
      generation: number;
      /** What the certificate is for instead of the domain alone: `*.example.com`, which covers it. */
      wildcard?: string;
    };

export interface DnsSettings {
  provider: "none" | "manual" | "cloudflare";
  zoneId?: string;
  apiToken?: Secret;
  ttlSeconds: number;
  /** DNS servers that are asked, `address` or `address:port`; none means those of whoever asks. */
  resolvers: string[];
}

export interface BackupSettings {
  image: Image;
  /** Seconds from the begin of one scheduled backup to the next. */
  periodSeconds: number;
  /** Scheduled, verified backups that are kept: the newest. */
  keep: number;
  /** Beside those, of each of the last days, weeks and months that have any, the newest. */
  keepDaily: number;
  keepWeekly: number;
  keepMonthly: number;
  /** age recipients; two at least. */
  recipients: string[];
  /** Ed25519 public key of the receipts, base64; without it the first one seen is taken. */
  receiptKey?: string;
  /** Where copies go; without it there are none off the host. */
  offsite?: OffsiteSettings;
  /** The archive of the log; without it there is none. */
  pointInTime?: PointInTimeSettings;
  limits: Limits;
}

export interface PointInTimeSettings {
  /** Seconds from the begin of one base backup to the next. */
  basePeriodSeconds: number;
  /** Base backups that are kept. */
  keep: number;
  /** Ed25519 public key of the archive's receipts, base64; without it the first one seen is taken. */
  receiptKey?: string;
  limits: Limits;
}

export interface OffsiteSettings {
  type: "ssh";
  host: string;
  port: number;
  user: string;
  /** Public host key of the target, type and base64. */
  hostKey: string;
  /** Private SSH key. */
  key: Secret;
  /** Ed25519 public key of the shipper's receipts, base64; without it the first one seen is taken. */
  receiptKey?: string;
  limits: Limits;
}

export interface SmtpSettings {
  host: string;
  port: number;
  user?: string;
  password?: Secret;
  sender?: string;
}

export interface OutboundProxySettings {
  /** A secret when it holds a user name and password. */
  url: string | Secret;
  noProxy: string[];
}

export interface MaintenanceSettings {
  windows: { days: string[]; from: string; to: string; zone: string }[];
  /** What people read while a release is recreated. */
  message: string;
  /** When clients are told to come back, seconds. */
  retryAfterSeconds: number;
}
