import { describe, expect, it } from "vitest";
import { Secret } from "../../config/secret";
import type { ServiceSettings } from "../../config/settings";
import { releaseHash } from "./release";

const KEY = "00".repeat(32);

function service(overrides: Partial<ServiceSettings> = {}): ServiceSettings {
  return {
    strategy: "rolling",
    name: "server",
    host: "local",
    image: { reference: `sha256:${"1".repeat(64)}`, source: "loaded", version: "1.0.0" },
    replicas: 1,
    domain: "vault.localhost",
    aliases: [],
    previous: [],
    url: "https://vault.localhost",
    pathPrefix: "/",
    stripPrefix: false,
    environment: { B: "2", A: "1" },
    secrets: [
      { name: "session", secret: new Secret("one", KEY), delivery: "file", variable: "SESSION_SECRET_FILE" },
    ],
    limits: { memoryMiB: 256, cpus: 0.5, processes: 256 },
    port: 3000,
    user: { uid: 10001, gid: 10001 },
    writablePaths: [],
    capabilities: [],
    healthCheck: {
      test: ["CMD", "true"],
      intervalSeconds: 2,
      timeoutSeconds: 2,
      retries: 3,
      startPeriodSeconds: 5,
    },
    smoke: { path: "/", status: 200 },
    stopSignal: "SIGTERM",
    stopGraceSeconds: 30,
    drainSeconds: 5,
    proveSeconds: 15,
    ...overrides,
  };
}

const base = releaseHash(service());

describe("releaseHash", () => {
  it("is 12 hex digits and does not depend on the order of keys", () => {
    expect(base).toMatch(/^[0-9a-f]{12}$/);
    expect(releaseHash(service({ environment: { A: "1", B: "2" } }))).toBe(base);
  });

  it.each<[string, Partial<ServiceSettings>]>([
    ["image", { image: { reference: `sha256:${"2".repeat(64)}`, source: "loaded" } }],
    ["environment", { environment: { A: "1", B: "3" } }],
    ["limits", { limits: { memoryMiB: 512, cpus: 0.5, processes: 256 } }],
    ["command", { command: ["node", "other.js"] }],
    ["stop signal", { stopSignal: "SIGINT" }],
    ["user", { user: { uid: 1, gid: 1 } }],
    [
      "secret",
      {
        secrets: [
          {
            name: "session",
            secret: new Secret("two", KEY),
            delivery: "file",
            variable: "SESSION_SECRET_FILE",
          },
        ],
      },
    ],
  ])("changes with what changes the container: %s", (_, change) => {
    expect(releaseHash(service(change))).not.toBe(base);
  });

  it.each<[string, Partial<ServiceSettings>]>([
    ["replica count", { replicas: 3 }],
    ["drain time", { drainSeconds: 60 }],
    ["proving time", { proveSeconds: 60 }],
    ["domain", { domain: "other.localhost" }],
    ["path prefix", { pathPrefix: "/vault" }],
    ["allow-list", { allowedIps: [] }],
    [
      "version's name",
      { image: { reference: `sha256:${"1".repeat(64)}`, source: "loaded", version: "renamed" } },
    ],
  ])("stays with what changes no container: %s", (_, change) => {
    expect(releaseHash(service(change))).toBe(base);
  });
});
