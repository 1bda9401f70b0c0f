import { beforeAll, describe, expect, it } from "vitest";
import { issue } from "../support/certificates";
import { committedConfig, type ProgramRun, runProgram, TYPES } from "./program";

describe("the production reference", () => {
  let run: ProgramRun;
  beforeAll(async () => {
    run = await runProgram(decrypted(await committedConfig("Pulumi.prod.yaml")), "prod", [
      "stackKey",
      "dns",
      "smtp",
    ]);
  });

  it("pulls every image by its digest before the container that runs it, and keeps it for a rollback", () => {
    const images = run.all("docker:index/remoteImage:RemoteImage");
    expect(images).toHaveLength(6);
    for (const { inputs } of images) {
      expect(inputs.name).toMatch(/@sha256:[0-9a-f]{64}$/);
      expect(inputs.keepLocally).toBe(true);
    }
    for (const container of run.all(TYPES.container)) {
      expect(
        container.dependsOn.some((urn) => urn.includes("RemoteImage")),
        container.name,
      ).toBe(true);
    }
  });

  it("makes an address record for each domain and address of the host, under the full name", () => {
    const records = run
      .all(TYPES.dnsRecord)
      .map(({ inputs }) => `${inputs.name} ${inputs.type} ${inputs.content}`);
    expect(records.sort()).toEqual([
      "upsignonpro-admin.example.com A 203.0.113.10",
      "upsignonpro-admin.example.com AAAA 2001:db8::10",
      "upsignonpro.example.com A 203.0.113.10",
      "upsignonpro.example.com AAAA 2001:db8::10",
    ]);
  });

  it("keeps record and resolver of a previous name until its date, and its date in the outputs", async () => {
    const config = decrypted(await committedConfig("Pulumi.prod.yaml"));
    const services = config.services as Record<string, Record<string, unknown>>;
    services.server = {
      ...services.server,
      aliases: ["too.example.com"],
      previous: [
        { name: "old.example.com", until: "2099-01-01" },
        { name: "older.example.com", until: "2020-01-01" },
      ],
    };
    const moved = await runProgram({ ...config, services }, "prod", ["stackKey", "dns", "smtp"]);
    const names = moved.all(TYPES.dnsRecord).map(({ inputs }) => inputs.name as string);
    expect([...new Set(names)].sort()).toEqual([
      "old.example.com",
      "too.example.com",
      "upsignonpro-admin.example.com",
      "upsignonpro.example.com",
    ]);
    expect(moved.outputs).toMatchObject({
      aliases: ["too.example.com"],
      previous: [{ service: "server", name: "old.example.com", until: "2099-01-01" }],
    });
    expect([run.outputs.aliases, run.outputs.previous]).toEqual([undefined, undefined]);
  });

  it("publishes 80 and 443 on both families, from a network with IPv6", () => {
    const { ports } = run.find(TYPES.container, "edge-front").inputs as {
      ports: { ip: string; external: number }[];
    };
    expect(ports.map(({ ip, external }) => `${ip} ${external}`).sort()).toEqual([
      "0.0.0.0 443",
      "0.0.0.0 80",
      ":: 443",
      ":: 80",
    ]);
    expect(run.find(TYPES.network, "network-front").inputs.ipv6).toBe(true);
  });

  it("names the records in its outputs where people keep them, and makes none then", async () => {
    const config = decrypted(await committedConfig("Pulumi.prod.yaml"));
    const manual = await runProgram({ ...config, dns: { provider: "manual" } }, "prod", ["stackKey", "smtp"]);
    expect(manual.outputs.dnsRecords).toEqual(
      ["upsignonpro-admin.example.com", "upsignonpro.example.com"].flatMap((name) => [
        `${name} A 203.0.113.10`,
        `${name} AAAA 2001:db8::10`,
      ]),
    );
    expect(manual.all(TYPES.dnsRecord)).toEqual([]);
    expect(run.outputs.dnsRecords).toBeUndefined();
  });

  it("has the certificates from the ACME authority and no private CA", () => {
    const { command } = run.find(TYPES.container, "edge-proxy").inputs as { command: string[] };
    expect(command).toContain(
      "--certificatesResolvers.acme-http-01-1-upsignonpro_example_com.acme.email=security@example.com",
    );
    expect(run.resources.filter(({ type }) => type.startsWith("tls:"))).toEqual([]);
  });

  it("keeps the private CA where it must, and gives the edge the roots of an authority of its own", async () => {
    const config = decrypted(await committedConfig("Pulumi.prod.yaml"));
    const { pem } = await issue({ name: "Own root" });
    const acme = { email: "a@example.com", server: "https://ca.example.com/directory", caBundle: pem };
    const certificates = { default: { mode: "acme" }, acme, keepPrivateCa: true };
    const kept = await runProgram({ ...config, certificates }, "prod", ["stackKey", "dns", "smtp"]);
    const ofTls = kept.resources.filter(({ type }) => type.startsWith("tls:")).map(({ name }) => name);
    expect(ofTls.sort()).toEqual(["certificates-ca", "certificates-ca-key"]);
    const { command } = kept.find(TYPES.container, "edge-proxy").inputs as { command: string[] };
    expect(command.join(" ")).toMatch(/\.acme\.caCertificates=\/etc\/strongroom\/edge\/acme\/roots-/);
  });

  it("gives the edge the token for records as a file, where a name is proven by them and nowhere else", async () => {
    const file = (program: ProgramRun) => {
      const { envs, command } = program.find(TYPES.container, "edge-proxy").inputs as Record<
        string,
        string[]
      >;
      const given = envs!.filter((line) => line.startsWith("CF_"));
      return { given, servers: command!.filter((argument) => argument.includes("dnsChallenge.resolvers")) };
    };
    expect(file(run)).toEqual({ given: [], servers: [] });
    const config = decrypted(await committedConfig("Pulumi.prod.yaml"));
    const certificates = { default: { mode: "acme", challenge: "dns-01" }, acme: { email: "a@example.com" } };
    const dns = { ...(config.dns as object), resolvers: ["192.0.2.53"] };
    const byDns = await runProgram({ ...config, certificates, dns }, "prod", ["stackKey", "dns", "smtp"]);
    const { given, servers } = file(byDns);
    expect(given).toEqual([
      expect.stringMatching(/^CF_DNS_API_TOKEN_FILE=\/etc\/strongroom\/edge\/acme\/cloudflare-[0-9a-f]{16}$/),
    ]);
    expect(servers).toHaveLength(2);
  });

  it("has the backup sidecar on the database's network alone, its volume protected, its password nowhere in sight", () => {
    const sidecar = run.find(TYPES.container, "backup-sidecar");
    const { networksAdvanced, ports, readOnly, envs, capabilities } = sidecar.inputs;
    expect(networksAdvanced).toEqual([{ name: "network-database-abc1234" }]);
    expect(ports).toBeUndefined();
    expect(readOnly).toBe(true);
    expect(capabilities).toEqual({ drops: ["ALL"] });
    expect(JSON.parse((envs as string[])[0]!.replace("STRONGROOM_BACKUP=", ""))).toMatchObject({
      periodSeconds: 21_600,
      keep: 28,
      database: { role: "pro_dump" },
    });
    expect(sidecar.deleteBeforeReplace).toBe(true);
    const volume = run.find(TYPES.volume, "backup-data");
    expect(volume.protect).toBe(true);
    expect(volume.inputs.name).toBe("strongroom-prod-backups");
  });

  it("hides the environment of a product that takes its secrets no other way", () => {
    const server = run.find(TYPES.container, /^server-/);
    expect(server.inputs.envs).toMatchObject({ "4dabf18193072939515e22adb298388d": expect.anything() });
  });
});

/** The config with a value in place of every ciphertext, as the engine hands it to the program. */
function decrypted(config: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify({ ...config, stackKey: "0123456789abcdef".repeat(4) });
  return JSON.parse(text.replace(/\{"secure":"[^"]*"\}/g, '"a-secret-of-the-operator"')) as Record<
    string,
    unknown
  >;
}
