import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { probe } from "../../operations/certificates/probe";
import { startLoad } from "../support/load";
import { eventually } from "./support/http";
import { FULL } from "./support/interruption";
import { Pebble } from "./support/pebble";
import { docker, TestStack } from "./support/test-stack";

const domain = "vault.localhost";
const alias = "also.localhost";
const ENDING = 5;
/** Of a certificate: Traefik renews such a one whenever it looks, at its start and once a minute. */
const VALIDITY_SECONDS = 20 * 60;

type Entry = { domain: string; source: string; served?: { issuer: string }; problems: string[] };

// Takes longer than there is room for in every run: renewals are waited for.
describe.runIf(FULL)("a certificate by ACME", () => {
  let stack: TestStack;
  let pebble: Pebble | undefined;
  let missing: string | undefined;
  let roots: string;
  /** Authorities ask on 80 and 443, which are free on an address of loopback's own. */
  const address = `127.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;

  beforeAll(async () => {
    missing = await Pebble.missing();
    if (missing !== undefined) return;
    stack = await TestStack.create();
    [stack.httpPort, stack.httpsPort] = [80, 443];
    stack.configure((config) => {
      config.edge.addresses = [address];
      config.edge.ports = { http: 80, https: 443 };
      config.certificates = { default: { mode: "private-ca" } };
    });
    await stack.up();
    pebble = await Pebble.start(stack, VALIDITY_SECONDS);
    roots = await eventually(() => pebble!.roots(), 20);
  });
  beforeEach(({ skip }) => skip(missing !== undefined, missing));
  afterAll(async () => {
    await pebble?.destroy();
    await stack?.destroy();
  });

  const configure = (certificates: object) =>
    stack.configure((config) => (config.certificates = { keepPrivateCa: true, ...certificates }));
  const byAcme = () => ({
    default: { mode: "acme", challenge: "http-01" },
    domains: { [alias]: { mode: "acme", challenge: "tls-alpn-01" } },
    acme: { email: "security@example.com", server: pebble!.server, caBundle: roots, lifetimeHours: 1 },
  });

  const leaf = async (name: string) => {
    const [first] = (await probe({ host: address, port: 443 }, name)).chain;
    return { fingerprint: first!.fingerprint256, issuer: first!.issuer };
  };

  async function certs(): Promise<{ code: number; entries: Entry[] }> {
    const { exitCode, stdout, output } = await stack.run(["certs", "--json", "--min-days-left", "0"]);
    expect([0, ENDING], output).toContain(exitCode);
    return { code: exitCode, entries: (JSON.parse(stdout) as { certificates: Entry[] }).certificates };
  }

  /** A change while clients of these names go on, on kept and on fresh connections. */
  async function underLoad(names: string[], change: () => Promise<void>): Promise<void> {
    const common = {
      connectTo: { host: address, port: 443 },
      ca: roots + readFileSync(stack.caFile, "utf8"),
      requests: names.map((name) => `https://${name}/version`),
      connections: 4,
      maxSeconds: 240,
    };
    const loads = [
      startLoad({ ...common, writes: `https://${domain}` }),
      startLoad({ ...common, keepAlive: false }),
    ];
    try {
      await sleep(500);
      await change();
      await sleep(500);
    } finally {
      for (const report of await Promise.all(loads.map((load) => load.stop()))) {
        expect(report.ended).toBe("stopped");
        expect(report.total).toBeGreaterThan(20);
        expect(report.failed, JSON.stringify([report.failures, report.samples])).toBe(0);
      }
    }
  }

  const edgeFiles = async () => {
    const [edge] = await stack.containers("edge");
    return docker("exec", edge!, "sh", "-c", "cd /etc/strongroom/edge/acme && stat -c '%a %u %n' . *.json");
  };

  it("takes over from the private CA once it is had, and until then `up` fails with the authority's words", async () => {
    const before = await leaf(domain);
    configure(byAcme());
    // By TLS-ALPN-01 a name can be proven that is not served yet.
    stack.configure((config) => (config.services.server.aliases = [alias]));
    await underLoad([domain], async () => {
      // The authority finds no such name.
      const { exitCode, output } = await stack.run(["up", "--yes"]);
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(/no certificate was had by ACME: .*urn:ietf:params:acme:error/);
      expect(await leaf(domain)).toEqual(before);
      await pebble!.know(domain, alias);
      await sleep(5_500);
      await stack.up();
    });
    const after = await Promise.all([leaf(domain), leaf(alias)]);
    for (const { issuer } of after) expect(issuer).toContain("Pebble");
    const { code, entries } = await certs();
    expect(entries.map((each) => [each.domain, each.source, each.problems])).toEqual([
      [alias, "acme", []],
      [domain, "acme", []],
    ]);
    expect(code).toBe(0);
    expect(await edgeFiles()).toMatch(/^700 65532 \.\n600 65532 [0-9a-f]{12}\.json$/);
  });

  it("is renewed", async () => {
    const before = await leaf(domain);
    const [edge] = await stack.containers("edge");
    // It looks at its start too.
    await docker("restart", edge!);
    await eventually(async () => expect((await leaf(domain)).fingerprint).not.toBe(before.fingerprint), 75);
    expect((await leaf(domain)).issuer).toContain("Pebble");
  });

  it("goes on when it cannot be renewed, and `certs` says so", async () => {
    await pebble!.disconnect();
    const before = await leaf(domain);
    const [edge] = await stack.containers("edge");
    await docker("restart", edge!);
    await eventually(async () => {
      const { code, entries } = await certs();
      expect(entries.find((each) => each.domain === domain)?.problems).toEqual([
        expect.stringMatching(/^could not be renewed: .*pebble/),
      ]);
      expect(code).toBe(ENDING);
    }, 30);
    expect(await leaf(domain)).toEqual(before);
  });

  it("gives way to the private CA again, also when its authority is down", async () => {
    configure({ default: { mode: "private-ca" } });
    await underLoad([domain, alias], async () => {
      await stack.up();
    });
    expect((await leaf(domain)).issuer).toContain("private CA");
    expect((await certs()).entries.map((each) => [each.source, each.problems])).toEqual([
      ["private-ca", []],
      ["private-ca", []],
    ]);
  });
});
