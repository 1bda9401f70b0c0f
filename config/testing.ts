import type { ParseContext } from "./context";
import { ConfigError, type Problem } from "./errors";
import { parseSettings } from "./parse";
import type { Settings } from "./settings";

/** A stack key for tests: 64 hex digits, of no stack. */
export const testKey = "0123456789abcdef".repeat(4);

/** What the parser is given in tests: every local build is there, nothing is read from disk. */
export const testContext: ParseContext = {
  stack: "test",
  stackKey: testKey,
  readFile: (path) => {
    throw new Error(`no such file: ${path}`);
  },
};

type Raw = Record<string, unknown>;

/** A digest of no image, in valid form. */
export const testDigest = `sha256:${"ab".repeat(32)}`;

/** The smallest valid configuration of the demo product. */
export function demoRaw(): Raw {
  return {
    product: "demo",
    localBuilds: true,
    hosts: { local: { docker: "unix:///var/run/docker.sock" } },
    edge: { image: { build: "edge", tag: "3.6.7" }, addresses: ["127.0.0.1"] },
    services: {
      server: { image: { build: "demo", tag: "1.0.0" }, domain: "vault.localhost" },
      dashboard: { image: { build: "demo", tag: "1.0.0" }, domain: "vault.localhost" },
    },
    database: { image: { build: "postgres", tag: "15" } },
  };
}

/** The smallest valid configuration of a product that is reachable from outside. */
export function publicRaw(): Raw {
  return {
    product: "upsignon-pro",
    hosts: { one: { docker: "ssh://deploy@vault.example.com", addresses: ["203.0.113.10"] } },
    edge: { image: { name: `traefik:v3.6.7@${testDigest}` } },
    services: {
      server: { image: { id: testDigest }, domain: "vault.example.com" },
      dashboard: { image: { id: testDigest }, domain: "admin.example.com" },
    },
    database: { image: { name: `postgres:15.13@${testDigest}` } },
  };
}

/** A copy of the configuration with the value at the path (keys joined by slashes) replaced; `undefined` removes it. */
export function withValue(raw: Raw, path: string, value: unknown): Raw {
  const copy = structuredClone(raw);
  const keys = path.split("/");
  let at = copy;
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Raw;
  if (value === undefined) delete at[keys.at(-1)!];
  else at[keys.at(-1)!] = value;
  return copy;
}

/** What is wrong with the configuration; empty if nothing is. Any other error than ConfigError is thrown on. */
export function problemsOf(raw: Raw, context: Partial<ParseContext> = {}): readonly Problem[] {
  try {
    parseSettings(raw, { ...testContext, ...context });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Paths of what is wrong. */
export function pathsOf(raw: Raw, context: Partial<ParseContext> = {}): string[] {
  return problemsOf(raw, context).map(({ path }) => path);
}

/** The settings of a configuration that is valid. */
export function settingsOf(raw: Raw, context: Partial<ParseContext> = {}): Settings {
  return parseSettings(raw, { ...testContext, ...context });
}
