import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildNames } from "./images";
import { ConfigError } from "./errors";
import { parseSettings } from "./parse";
import { stackSchema } from "./schema";
import {
  demoRaw,
  pathsOf,
  problemsOf,
  publicRaw,
  settingsOf,
  testContext,
  testKey,
  withValue,
} from "./testing";

describe("parseSettings", () => {
  it("reports everything at once: schema, keys and checks, in a stable order", () => {
    let raw = withValue(demoRaw(), "services/server/replicas", 0);
    raw = withValue(raw, "services/dashboard/allowedIps", ["0.0.0.0/0"]);
    raw = withValue(raw, "edge/ports", { http: 80, htps: 443 });
    raw = withValue(raw, "servces", {});
    raw = withValue(raw, "database/major", 9);
    const expected = [
      "database.major",
      "edge.ports.htps",
      "servces",
      "services.dashboard.allowedIps.0",
      "services.server.replicas",
    ];
    expect(pathsOf(raw)).toEqual(expected);
    const reversed = Object.fromEntries(Object.entries(raw).reverse());
    expect(pathsOf(reversed)).toEqual(expected);
  });

  it("says path, value, reason and remedy", () => {
    const raw = withValue(withValue(demoRaw(), "services/server/replicas", 0), "edge/imge", 1);
    try {
      parseSettings(raw, testContext);
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toBe(
        [
          '2 problems in the configuration of stack "test"; nothing was changed:',
          "  strongroom:edge.imge: unknown key",
          "    remedy: did you mean `image`? (valid: addresses, front, host, hsts, image, ipv4Subnet, ipv6Subnet, limits, ports)",
          "  strongroom:services.server.replicas (0): must be at least 1",
          "    remedy: give: Number of containers that share the load. Default: 1.",
        ].join("\n"),
      );
    }
  });

  it.each([
    ["product", undefined, "is missing"],
    ["product", "demon", "is not one of the values"],
    ["hosts/local/docker", "tcp://10.0.0.1:2375", "tcp:// is refused"],
    ["hosts/Bad_Name", { docker: "unix:///x" }, "short name"],
    ["services/server/image", undefined, "is missing"],
    ["services/server/replicas", "2", "a number"],
    ["services/server/replicas", 1.5, "a whole number"],
    ["services/server/replicas", 21, "at most 20"],
    ["services/server/limits/memoryMiB", 16, "at least 64"],
    ["database/limits/memoryMiB", 64, "at least 128"],
    ["database/stopGraceSeconds", 5, "at least 60"],
    ["services/server/stopSignal", "TERM", "signal's name"],
    ["services/server/allowedIps", "10.0.0.0/8", "a list"],
    ["services", [], "a map"],
    ["services", "x", "a map"],
    ["certificates/default", { mode: "self-signed" }, "private-ca, custom or acme"],
    ["edge/addresses", [], "at least one address"],
  ])("finds what is wrong with %s: %j", (path, value, reason) => {
    const reasons = problemsOf(withValue(demoRaw(), path, value)).map((problem) => problem.reason);
    expect(reasons).toContainEqual(expect.stringContaining(reason));
  });

  it("names the nearest key at every depth, also in lists and unions", () => {
    const remedy = (path: string, value: unknown, at: string) =>
      problemsOf(withValue(publicRaw(), path, value)).find((problem) => problem.path === at)?.remedy;
    expect(remedy("services/server/alowedIps", [], "services.server.alowedIps")).toContain("`allowedIps`");
    expect(
      remedy(
        "services/server/secrets",
        { SESSION_SECRET: { vlue: 1 } },
        "services.server.secrets.SESSION_SECRET.vlue",
      ),
    ).toContain("`value`");
    expect(remedy("maintenance", { windows: [{ day: [] }] }, "maintenance.windows.0.day")).toContain(
      "`days`",
    );
    expect(
      remedy("certificates/default", { mode: "private-ca", validity: 1 }, "certificates.default.validity"),
    ).toContain("`validityHours`");
  });

  it("throws nothing but ConfigError, whatever it is given", () => {
    const keys = Object.keys(stackSchema.shape);
    const anything = fc.jsonValue({ maxDepth: 4 });
    const known = fc.dictionary(fc.constantFrom(...keys, "__proto__", "constructor"), anything);
    const nearly = fc
      .tuple(
        fc.constantFrom(demoRaw(), publicRaw()),
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        anything,
      )
      .map(([raw, steps, value]) => damage(raw, steps, value));
    fc.assert(
      fc.property(fc.oneof(known, nearly, fc.dictionary(fc.string(), anything)), (raw) => {
        buildNames(raw);
        try {
          parseSettings(raw, testContext);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
          expect((error as ConfigError).problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("never shows a secret's value, however the configuration is broken around it", () => {
    const marker = "hunter2-marker";
    const raw = {
      ...publicRaw(),
      stackKey: marker,
      dns: { provider: "cloudflare", apiToken: marker },
      smtp: { host: "smtp.example.com", user: "u", password: marker },
      outboundProxy: { url: `http://u:${marker}@proxy:3128` },
      certificates: { default: { mode: "custom", certificate: "x", key: marker } },
    };
    const withSecret = withValue(raw, "services/server/secrets", { SESSION_SECRET: { value: marker } });
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, [], {}, null),
        (steps, value) => {
          const message = JSON.stringify(problemsOf(damage(withSecret, steps, value)));
          expect(message).not.toContain(marker);
        },
      ),
    );
    // The secret itself where something else belongs.
    for (const path of [
      "dns",
      "smtp",
      "outboundProxy",
      "stackKey",
      "services/server/secrets",
      "certificates",
    ]) {
      for (const value of [marker, [marker], { value: [marker] }, { [`x`]: marker }]) {
        expect(JSON.stringify(problemsOf(withValue(raw, path, value)))).not.toContain(marker);
      }
    }
  });
});

describe("settings", () => {
  it("are the same for the same configuration, and complete", () => {
    expect(JSON.stringify(settingsOf(demoRaw()))).toBe(JSON.stringify(settingsOf(demoRaw())));
    const settings = settingsOf(demoRaw());
    expect(settings.edge).toMatchObject({
      host: "local",
      ports: { http: 80, https: 443 },
      limits: { memoryMiB: 256 },
      hsts: { maxAgeSeconds: 63_072_000 },
    });
    expect(settings.certificates.domains).toEqual({
      "vault.localhost": { mode: "private-ca", generation: 1, validityHours: 2160, earlyRenewalHours: 720 },
    });
  });

  it("take the profile's values where the configuration is silent, field by field", () => {
    const raw = withValue(demoRaw(), "services/server/limits", { memoryMiB: 512 });
    const { profile, services } = settingsOf(withValue(raw, "services/server/healthCheck", { retries: 9 }));
    const defaults = profile.services.server!;
    expect(services.server!.limits).toEqual({ ...defaults.limits, memoryMiB: 512 });
    expect(services.server!.healthCheck).toEqual({ ...defaults.healthCheck, retries: 9 });
  });

  it("give each service and each role a secret of its own, which follows its generation", () => {
    const values = (raw: Record<string, unknown>) => {
      const { services, database } = settingsOf(raw);
      const session = (name: string) =>
        services[name]!.secrets.find((secret) => secret.name === "SESSION_SECRET")!.secret.reveal();
      const { a, b } = database.rolePasswords;
      return [session("server"), session("dashboard"), a.reveal(), b.reveal()];
    };
    const before = values(demoRaw());
    expect(new Set(before).size).toBe(4);
    const rotated = values(withValue(demoRaw(), "database/roles", { generationB: 2 }));
    expect(rotated.map((value, index) => value === before[index])).toEqual([true, true, true, false]);
  });

  it("hand the services the active role's name and password", () => {
    const settings = settingsOf(withValue(demoRaw(), "database/roles", { active: "b" }));
    const { server } = settings.services;
    expect(server!.environment.DATABASE_USER).toBe("vault_b");
    expect(server!.secrets.find(({ name }) => name === "DATABASE_PASSWORD")!.secret).toBe(
      settings.database.rolePasswords.b,
    );
  });

  it("tell the product its public address, with the port where it is not the usual one", () => {
    const url = (raw: Record<string, unknown>) => settingsOf(raw).services.dashboard!.environment.PUBLIC_URL;
    expect(url(demoRaw())).toBe("https://vault.localhost/admin");
    expect(url(withValue(demoRaw(), "edge/ports", { http: 8080, https: 8443 }))).toBe(
      "https://vault.localhost:8443/admin",
    );
  });

  it("show no secret when they are printed", () => {
    const text = JSON.stringify(settingsOf(withValue(publicRaw(), "stackKey", testKey)));
    const { services, database } = settingsOf(publicRaw());
    const secrets = [
      testKey,
      database.rolePasswords.a.reveal(),
      ...Object.values(services).flatMap((service) => service.secrets.map(({ secret }) => secret.reveal())),
    ];
    for (const value of secrets) expect(text).not.toContain(value);
  });
});

describe("buildNames", () => {
  it("lists each local build once, sorted", () => {
    expect(buildNames(demoRaw())).toEqual(["demo:1.0.0", "edge:3.6.7", "postgres:15"]);
    expect(buildNames(publicRaw())).toEqual([]);
  });
});

/** A copy in which the value that the steps lead to is replaced: each step picks one of the keys. */
function damage(raw: Record<string, unknown>, steps: number[], value: unknown): Record<string, unknown> {
  const copy = structuredClone(raw);
  let at: Record<string, unknown> = copy;
  for (const [index, step] of steps.entries()) {
    const keys = Object.keys(at);
    const key = keys[step % keys.length];
    if (key === undefined) return copy;
    const next = at[key];
    if (index === steps.length - 1 || typeof next !== "object" || next === null) {
      at[key] = value;
      return copy;
    }
    at = next as Record<string, unknown>;
  }
  return copy;
}
