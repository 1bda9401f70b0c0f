import { TYPES } from "../../support/types";
import type { Facts } from "../rule";
import type { Change, Side, Update } from "../update";
import type { Values } from "../values";

/** A value that must never be printed: a finding that holds it fails every test. */
export const CANARY = "canary-6f1d0c";

/** A secret as it is in the engine's events. */
export const SECRET = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

/** A side of a resource: its inputs, and options if they are not the defaults. */
export type Given = Values & { $?: Partial<Omit<Side, "inputs">> };

interface Options {
  name?: string;
  role?: string;
  service?: string;
  release?: string;
  kind?: Change["kind"];
  diffs?: string[];
  gap?: boolean;
}

/** A change of a resource from one state to another; without one of them it is created or deleted. */
export function change(
  type: string,
  before: Given | undefined,
  after: Given | undefined,
  options: Options = {},
): Change {
  const { name = "it", role, service, release, diffs = [], gap = false } = options;
  const kind =
    options.kind ?? (!before ? "create" : !after ? "delete" : before === after ? "same" : "update");
  const labels = Object.entries({ role, service, release })
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => ({ label: `strongroom.${label}`, value }));
  const side = (given: Given | undefined): Side | undefined => {
    if (!given) return undefined;
    const { $: own, ...inputs } = given;
    return {
      inputs: labels.length > 0 ? { labels, ...inputs } : inputs,
      protect: false,
      retainOnDelete: false,
      provider: "",
      doomed: false,
      unfinished: false,
      ...own,
    };
  };
  return {
    urn: `urn:pulumi:test::strongroom::${type}::${name}`,
    type,
    name,
    role,
    service,
    kind,
    operations: [kind === "unjudged" ? "import" : kind],
    before: side(before),
    after: side(after),
    diffs,
    gap,
  };
}

type Make = (before: Given | undefined, after: Given | undefined, options?: Options) => Change;

export const front: Make = (before, after, options) =>
  change(TYPES.container, before, after, { role: "edge-front", name: "edge-front", ...options });
export const edge: Make = (before, after, options) =>
  change(TYPES.container, before, after, { role: "edge", name: "edge-proxy", ...options });
export const database: Make = (before, after, options) =>
  change(TYPES.container, before, after, { role: "database", name: "database-postgres", ...options });
/** A container of service `server`. */
export const replica: Make = (before, after, options) =>
  change(TYPES.container, before, after, {
    role: "service",
    service: "server",
    name: "server-1",
    ...options,
  });
export const dataVolume: Make = (before, after, options) =>
  change(TYPES.volume, before, after, { role: "database-data", name: "database-database", ...options });
export const sidecar: Make = (before, after, options) =>
  change(TYPES.container, before, after, { role: "backup", name: "backup-sidecar", ...options });
export const network: Make = (before, after, options) =>
  change(TYPES.network, before, after, { role: "network", name: "network-edge", ...options });
export const action: Make = (before, after, options) =>
  change(TYPES.command, before, after, { name: "routes-apply", ...options });

/**
 * An update of these changes, with the services' URLs in the stack's outputs.
 * @param before further outputs as state has them; `after` those that come
 */
export function update(
  changes: Change[],
  {
    live = ["a.example.com"],
    then = live as string[] | undefined,
    before = {} as Values,
    after = {} as Values,
  } = {},
): Update {
  const stack = change("pulumi:pulumi:Stack", {}, {}, { name: "test", kind: "same" });
  const urls = (domains: string[]) =>
    Object.fromEntries(domains.map((domain, index) => [`s${index}`, `https://${domain}:8443/x`]));
  return {
    changes: [stack, ...changes],
    residue: [],
    pending: [],
    tied: [],
    missing: [],
    violations: [],
    unasked: [],
    outputs: { before: { urls: urls(live), ...before }, after: then && { urls: urls(then), ...after } },
    succeeded: true,
  };
}

/** Facts of a rolling product with certificates of its own. */
export const FACTS: Facts = {
  strategy: "rolling",
  versionOf: (reference) => (/^v\d/.test(reference) ? reference : undefined),
  requiredBy: () => undefined,
  certificates: {},
  databaseRoles: { a: "vault_a", b: "vault_b" },
  origins: [],
  generations: [],
  lastRun: undefined,
  now: new Date("2026-11-23T12:00:00Z"),
};
