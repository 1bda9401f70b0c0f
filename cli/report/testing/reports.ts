import type { Judgement } from "../../../policies/gate/exceptions";
import { interruptions } from "../../../policies/gate/interruption";
import type { Finding } from "../../../policies/gate/rule";
import { change, FACTS, type Given, update } from "../../../policies/gate/testing/changes";
import type { Change } from "../../../policies/gate/update";
import { TYPES } from "../../../policies/support/types";
import { type PreviewReport, type ReportArgs, reportOn } from "../report";

const COMPONENTS: Record<string, string> = {
  hosts: "strongroom:hosts:Hosts",
  network: "strongroom:network:Networks",
  database: "strongroom:database:Database",
  migration: "strongroom:migration:Migration",
  server: "strongroom:service:Service",
  dashboard: "strongroom:service:Service",
  certificates: "strongroom:certificates:Certificates",
  edge: "strongroom:edge:Edge",
  routes: "strongroom:edge:EdgeRoutes",
  dns: "strongroom:dns:Dns",
};

/** A part of a component, with the URN that the engine would give it. */
export function part(
  component: string,
  name: string,
  type: string,
  before: Given | undefined,
  after: Given | undefined,
  options: Parameters<typeof change>[3] = {},
): Change {
  const made = change(type, before, after, { name, ...options });
  return { ...made, urn: `urn:pulumi:vault::strongroom::${COMPONENTS[component]}$${type}::${name}` };
}

/** A release of a service: its container, its files, and the action that retires it. */
function release(service: string, id: string, version: string, side: "before" | "after" | "both"): Change[] {
  const given = { image: version };
  const there = { kind: side === "both" ? ("same" as const) : undefined };
  const sides = (inputs: Given): [Given | undefined, Given | undefined] => [
    side === "after" ? undefined : inputs,
    side === "before" ? undefined : inputs,
  ];
  return [
    part(service, `${service}-${id}-files`, TYPES.volume, ...sides({}), { role: "service-files", ...there }),
    part(service, `${service}-${id}-files-write`, TYPES.command, ...sides({}), there),
    part(service, `${service}-${id}-1`, TYPES.container, ...sides(given), {
      role: "service",
      service,
      release: id,
      ...there,
    }),
    part(service, `${service}-${id}-1-retire`, TYPES.command, ...sides({}), there),
  ];
}

/** The rest of a stack: what is there on either side. */
function rest(isNew: boolean): Change[] {
  const given: [Given | undefined, Given, { kind: Change["kind"] }] = isNew
    ? [undefined, {}, { kind: "create" }]
    : [{}, {}, { kind: "same" }];
  const [before, after, kind] = given;
  const one = (component: string, name: string, type: string, role?: string) =>
    part(component, name, type, before, after, { ...kind, ...(role ? { role } : {}) });
  return [
    ...Object.entries(COMPONENTS).map(([name, type]) => change(type, before, after, { name, ...kind })),
    one("hosts", "hosts-local", TYPES.dockerProvider),
    ...["front", "edge", "database"].map((name) =>
      one("network", `network-${name}`, TYPES.network, "network"),
    ),
    one("database", "database-database", TYPES.volume, "database-data"),
    one("database", "database-postgres", TYPES.container, "database"),
    one("database", "database-provision", TYPES.command),
    one("migration", "migration-run", TYPES.command),
    one("certificates", "certificates-ca-key", TYPES.privateKey),
    one("certificates", "certificates-ca", TYPES.selfSignedCert),
    ...["vault.example.com", "admin.example.com"].flatMap((domain) => [
      one("certificates", `certificates-${domain}-1-key`, TYPES.privateKey),
      one("certificates", `certificates-${domain}-1-request`, TYPES.certRequest),
      one("certificates", `certificates-${domain}-1`, TYPES.locallySignedCert),
    ]),
    one("edge", "edge-front-state", TYPES.volume, "edge-front-state"),
    one("edge", "edge-front", TYPES.container, "edge-front"),
    one("edge", "edge-state", TYPES.volume, "edge-state"),
    one("edge", "edge-traefik", TYPES.container, "edge"),
    one("edge", "edge-state-write", TYPES.command),
    one("dns", "dns-vault.example.com", TYPES.dnsRecord),
  ];
}

const routes = (before: Given | undefined) =>
  part("routes", "routes-apply", TYPES.command, before, { create: "apply-routes" }, { diffs: ["stdin"] });

const CLEAN: Judgement = { findings: [], suppressed: [], errors: [] };

/** A report on these changes of a stack called vault. */
export function report(changes: Change[], more: Partial<ReportArgs> = {}): PreviewReport {
  const given = update(changes);
  return reportOn({
    stack: "vault",
    update: given,
    judgement: CLEAN,
    causes: interruptions(given, FACTS),
    facts: FACTS,
    naming: { addressTasks: [], records: "stack" },
    windows: [],
    now: new Date("2026-11-23T12:00:00Z"),
    ...more,
  });
}

/** Two services go from one release to the next. */
export const upgrade = (more: Partial<ReportArgs> = {}) =>
  report(
    [
      ...rest(false),
      ...release("server", "e8a340b6eddc", "v1.0.0", "before"),
      ...release("server", "df43793a602a", "v1.1.0", "after"),
      ...release("dashboard", "3f77586a5c86", "v1.0.0", "before"),
      ...release("dashboard", "39c1eaed7c71", "v1.1.0", "after"),
      routes({ create: "apply-routes" }),
    ],
    more,
  );

/** A key's fingerprint, as the configuration has it. */
export const SIGNER = `sha256:${"5f2c".repeat(16)}`;

/** The same, where the server's image came as a signed archive. */
export const archived = (more: Partial<ReportArgs> = {}) =>
  upgrade({
    services: {
      server: {
        drainSeconds: 10,
        stopGraceSeconds: 30,
        archive: {
          file: "vault-1.1.0.tar.gz",
          signer: SIGNER,
          verified: { format: "minisign", at: "2026-11-20T10:00:00.000Z" },
        },
      },
      dashboard: { drainSeconds: 5, stopGraceSeconds: 30 },
    },
    ...more,
  });

/** Nothing is there yet. */
export const firstInstall = (more: Partial<ReportArgs> = {}) =>
  report(
    [
      ...rest(true),
      ...release("server", "e8a340b6eddc", "v1.0.0", "after"),
      ...release("dashboard", "3f77586a5c86", "v1.0.0", "after"),
      routes(undefined),
    ],
    more,
  );

export const finding = (more: Partial<Finding> = {}): Finding => ({
  rule: "chg-db-volume",
  level: "mandatory",
  urn: "urn:pulumi:vault::strongroom::strongroom:database:Database$docker:index/volume:Volume::database-database",
  name: "database-database",
  problem: "the database's volume is deleted",
  why: "All of the database's data is on it.",
  remedy: "Leave `database.volume` as it is. To move data, restore a backup into a new stack.",
  source: "strongroom",
  ...more,
});

/** The database's volume is renamed, with which its container stops, and a domain's finding is excepted. */
export const refused = (more: Partial<ReportArgs> = {}) => {
  const volume = rest(false).map((each) =>
    each.name === "database-database"
      ? part("database", each.name, TYPES.volume, {}, undefined, { role: "database-data" })
      : each.name === "database-postgres"
        ? part(
            "database",
            each.name,
            TYPES.container,
            {},
            {},
            { role: "database", kind: "replace", gap: true, diffs: ["mounts"] },
          )
        : each,
  );
  const changes = [
    ...volume,
    part("database", "database-other", TYPES.volume, undefined, {}, { role: "database-data" }),
    ...release("server", "e8a340b6eddc", "v1.0.0", "both"),
    ...release("dashboard", "3f77586a5c86", "v1.0.0", "both"),
  ];
  return report(changes, {
    judgement: {
      findings: [
        finding(),
        finding({
          rule: "chg-db-mount",
          name: "database-postgres",
          problem: "the database would be on another volume: database-other",
          why: "An empty volume looks like a new installation: people would find an empty vault.",
        }),
        finding({ rule: "chg-note", level: "advisory", problem: "something to know" }),
      ],
      suppressed: [
        {
          finding: finding({
            rule: "chg-domain",
            name: "strongroom-vault",
            problem: "old.example.com would no longer be served",
          }),
          exception: {
            rule: "chg-domain",
            resource: "strongroom-vault",
            owner: "ops@example.com",
            reason: "The old name has answered with a notice since March; the access log is empty.",
            ticket: "OPS-4711",
            expires: "2026-12-31",
          },
          daysLeft: 38,
        },
      ],
      errors: [],
    },
    windows: [{ days: ["sat"], from: "22:00", to: "04:00", zone: "Europe/Paris" }],
    ...more,
  });
};

/** A diff as the engine prints it. */
export const DIFF = [
  "Previewing update (vault):",
  " ~  command:local:Command routes-apply update [diff: ~stdin]",
  " +  docker:index:Container server-df43793a602a-1 create",
  " -  docker:index:Container server-e8a340b6eddc-1 delete",
  "Resources:",
  "    + 8 to create",
  "    ~ 1 to update",
  "    - 8 to delete",
  "    17 changes. 22 unchanged",
  "",
].join("\n");
