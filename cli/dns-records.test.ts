import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DnsServer, type ZoneRecord } from "../test/support/dns-server";
import { requireRecords } from "./dns-records";
import { CliError, exitCode } from "./exit";

const vault = "vault.example.com";

describe("records that people keep", () => {
  let records: ZoneRecord[];
  let server: DnsServer;
  beforeEach(async () => {
    records = [];
    server = await DnsServer.start({ apex: "example.com", server: "ns.example.com", records: () => records });
  });
  afterEach(() => server.stop());

  const has = (type: string, content: string, name = vault) => records.push({ name, type, content, ttl: 60 });
  const dns = () => ({ resolvers: [server.address], ttlSeconds: 120 });
  async function refused(wanted: string[], settings = dns()): Promise<string> {
    const error: unknown = await requireRecords(wanted, settings).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).code).toBe(exitCode.refused);
    return (error as CliError).message;
  }

  it("are not looked at where the update needs none", async () => {
    await requireRecords([], dns());
    expect(server.questions).toEqual([]);
  });

  it("are as they must be, in any order and spelling", async () => {
    has("A", "203.0.113.11");
    has("A", "203.0.113.10");
    has("AAAA", "2001:db8::10");
    const wanted = ["A 203.0.113.10", "A 203.0.113.11", "AAAA 2001:0DB8:0:0::10"];
    await requireRecords(
      wanted.map((each) => `${vault} ${each}`),
      dns(),
    );
  });

  it("are missed, with what was found and how to make them", async () => {
    has("A", "198.51.100.1");
    const message = await refused([`${vault} A 203.0.113.10`, "admin.example.com A 203.0.113.10"]);
    expect(message).toContain(`${vault} A: wanted 203.0.113.10; found 198.51.100.1`);
    expect(message).toContain("admin.example.com A: wanted 203.0.113.10; found none");
    expect(message).not.toContain("AAAA");
    expect(message).toContain("time to live of 120 s");
    expect(message).toContain(`Asked: ${server.address}`);
  });

  it("lead nowhere else", async () => {
    has("A", "203.0.113.10");
    has("A", "198.51.100.1");
    has("AAAA", "2001:db8::99");
    const message = await refused([`${vault} A 203.0.113.10`]);
    expect(message).toContain("A: wanted 203.0.113.10; found 203.0.113.10, 198.51.100.1");
    expect(message).toContain("AAAA: wanted none; found 2001:db8::99");
  });

  it("count as missing when the servers do not say", async () => {
    expect(await refused(["vault.example.org A 203.0.113.10"])).toContain(
      "could not be asked for (EREFUSED)",
    );
    const silent = await DnsServer.start({ apex: "x", server: "x", records: () => [] });
    const closed = { resolvers: [silent.address], ttlSeconds: 60 };
    silent.stop();
    expect(await refused([`${vault} A 203.0.113.10`], closed)).toMatch(
      /could not be asked for \(E(CONNREFUSED|TIMEOUT)\)/,
    );
  });
});
