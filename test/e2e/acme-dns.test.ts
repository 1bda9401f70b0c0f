import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { probe } from "../../operations/certificates/probe";
import { startLoad } from "../support/load";
import { Cloudflare } from "./support/cloudflare";
import { eventually } from "./support/http";
import { FULL } from "./support/interruption";
import { Pebble } from "./support/pebble";
import { docker, TestStack } from "./support/test-stack";

const domain = "vault.localhost";
/** Two names of one wildcard. */
const sites = ["one.sites.localhost", "two.sites.localhost"];
const TOKEN = "token-that-may-edit-the-zone-00000000000";
const VALIDITY_SECONDS = 20 * 60;

// Takes longer than there is room for in every run: updates and renewals are waited for.
describe.runIf(FULL)("a certificate by ACME and records at Cloudflare", () => {
  let stack: TestStack;
  let pebble: Pebble | undefined;
  let cloudflare: Cloudflare | undefined;
  let missing: string | undefined;
  let roots: string;

  beforeAll(async () => {
    missing = await Pebble.missing();
    if (missing !== undefined) return;
    stack = await TestStack.create();
    await stack.up();
    cloudflare = await Cloudflare.start(stack, "localhost", TOKEN);
    pebble = await Pebble.start(stack, VALIDITY_SECONDS, cloudflare.dnsServer);
    roots = await eventually(() => pebble!.roots(), 20);
    // The stack's own provider speaks to the API from this machine, the edge from its network.
    stack.environment.CLOUDFLARE_BASE_URL = cloudflare.url;
    const [edge] = await stack.containers("edge");
    const image = await cloudflare.trustedBy(stack, await docker("inspect", "--format", "{{.Image}}", edge!));
    await stack.setSecret("dns.apiToken", TOKEN);
    stack.configure((config) => {
      config.edge.image = image;
      config.hosts.local.addresses = ["203.0.113.10"];
      config.services.server.aliases = sites;
      const byRecords = { mode: "acme", challenge: "dns-01" };
      config.certificates = {
        keepPrivateCa: true,
        default: byRecords,
        domains: { "*.sites.localhost": byRecords },
        acme: { email: "security@example.com", server: pebble!.server, caBundle: roots, lifetimeHours: 1 },
      };
      config.dns = { ...config.dns, provider: "cloudflare", zoneId: Cloudflare.zoneId };
    });
  });
  beforeEach(({ skip }) => skip(missing !== undefined, missing));
  afterAll(async () => {
    await pebble?.destroy();
    await cloudflare?.removeContainer();
    await stack?.destroy();
    await cloudflare?.removeImages();
  });

  const askAt = (server: string) => stack.configure((config) => (config.dns.resolvers = [server]));
  const leaf = async (name: string) => {
    const { chain } = await probe({ host: "127.0.0.1", port: stack.httpsPort }, name);
    const [first] = chain;
    return { fingerprint: first!.fingerprint256, issuer: first!.issuer, names: first!.subjectAltName };
  };

  it("is had while the old one is served, and until then `up` fails with the reason", async () => {
    const before = await leaf(domain);
    const load = startLoad({
      connectTo: { host: "127.0.0.1", port: stack.httpsPort },
      ca: roots + readFileSync(stack.caFile, "utf8"),
      requests: [stack.url("/version")],
      connections: 4,
      maxSeconds: 280,
    });
    try {
      // Nothing answers there.
      askAt("127.0.0.1:9");
      const { exitCode, output } = await stack.run(["up", "--yes"]);
      expect(exitCode, output).not.toBe(0);
      expect(output).toMatch(/no certificate was had by ACME: .*cloudflare: could not find zone/);
      expect(output).not.toContain(TOKEN);
      expect(await leaf(domain)).toEqual(before);
      askAt(cloudflare!.dnsServer);
      expect(await stack.up()).not.toContain(TOKEN);
    } finally {
      const { ended, total, failed, failures } = await load.stop();
      expect([ended, failed], JSON.stringify(failures)).toEqual(["stopped", 0]);
      expect(total).toBeGreaterThan(20);
    }
    const [own, one, two] = await Promise.all([domain, ...sites].map(leaf));
    expect(own).toMatchObject({
      issuer: expect.stringContaining("Pebble") as string,
      names: `DNS:${domain}`,
    });
    expect(one!.names).toBe("DNS:*.sites.localhost");
    expect(two).toEqual(one);
  });

  it("leaves no proof behind, and the stack's own records", async () => {
    const asked = await cloudflare!.requests();
    expect(asked.filter((each) => each.startsWith("DELETE")).length).toBeGreaterThanOrEqual(2);
    const records = (await cloudflare!.records()).map(
      ({ type, name, content }) => `${type} ${name} ${content}`,
    );
    expect(records.sort()).toEqual([domain, ...sites].map((name) => `A ${name} 203.0.113.10`).sort());
  });

  it("has its token in a file of the edge alone", async () => {
    const [edge] = await stack.containers("edge");
    const [described, inside] = await Promise.all([
      docker("inspect", edge!),
      docker(
        "exec",
        edge!,
        "sh",
        "-c",
        'stat -c "%a %u" "$CF_DNS_API_TOKEN_FILE"; cat "$CF_DNS_API_TOKEN_FILE"',
      ),
    ]);
    expect(inside.trim()).toBe(`400 65532\n${TOKEN}`);
    expect(described).not.toContain(TOKEN);
    expect(await docker("logs", edge!)).not.toContain(TOKEN);
  });

  it("is renewed, and goes on when Cloudflare cannot be asked", async () => {
    const before = await leaf(domain);
    const [edge] = await stack.containers("edge");
    // It looks at its start too.
    await docker("restart", edge!);
    await eventually(async () => expect((await leaf(domain)).fingerprint).not.toBe(before.fingerprint), 90);
    const renewed = await leaf(domain);
    await cloudflare!.disconnect();
    await docker("restart", edge!);
    await eventually(async () => {
      const { stdout } = await stack.run(["certs", "--json", "--min-days-left", "0"]);
      const { certificates } = JSON.parse(stdout) as {
        certificates: { domain: string; problems: string[] }[];
      };
      const found = certificates.find((each) => each.domain === domain);
      expect(found?.problems).toEqual([expect.stringMatching(/^could not be renewed: /)]);
    }, 60);
    await sleep(1000);
    expect(await leaf(domain)).toEqual(renewed);
  });
});
