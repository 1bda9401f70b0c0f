import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probe } from "../../operations/certificates/probe";
import { DnsServer, type ZoneRecord } from "../support/dns-server";
import { renameServices, tasksOfMove } from "./support/domain-change";
import { FULL } from "./support/interruption";
import { TestStack } from "./support/test-stack";

const [from, to] = ["vault.localhost", "safe.localhost"];
const ADDRESS = "203.0.113.10";
const REFUSED = 3;

// Some updates: longer than there is room for in every run.
describe.runIf(FULL)("records that people keep", () => {
  let stack: TestStack;
  let dns: DnsServer;
  const records: ZoneRecord[] = [];
  const make = (name: string, content = ADDRESS) => records.push({ name, type: "A", content, ttl: 60 });

  beforeAll(async () => {
    dns = await DnsServer.start({ apex: "localhost", server: "ns.localhost", records: () => records });
    stack = await TestStack.create();
    stack.configure((config) => {
      config.hosts.local.addresses = [ADDRESS];
      config.dns = { provider: "manual", resolvers: [dns.address] };
    });
  });
  afterAll(async () => {
    await stack?.destroy();
    dns.stop();
  });

  async function refused(...args: string[]): Promise<string> {
    const { exitCode, output } = await stack.run(["up", "--yes", ...args]);
    expect(exitCode, output).toBe(REFUSED);
    return output;
  }

  it("are missed at the first `up`, which makes nothing", async () => {
    const said = await refused();
    expect(said).toContain(`before: DNS has the record ${from} A ${ADDRESS}`);
    expect(said).toContain(`${from} A: wanted ${ADDRESS}; found none`);
    expect(await stack.inventory()).toEqual([]);
    make(from);
    await stack.up();
  });

  it("are not looked at when none is another one", async () => {
    const asked = dns.questions.length;
    await stack.up();
    expect(dns.questions.length).toBe(asked);
  });

  it("are missed at a switch, which touches nothing until they lead here and nowhere else", async () => {
    renameServices(stack, { from, to, until: "2099-01-01" });
    const confirmed = ["--confirm", ...tasksOfMove(stack, { from, to })];
    const before = await stack.inventory();
    expect(await refused(...confirmed)).toContain(`${to} A: wanted ${ADDRESS}; found none`);
    make(to);
    make(to, "198.51.100.1");
    expect(await refused(...confirmed)).toContain(`found ${ADDRESS}, 198.51.100.1`);
    records.pop();
    // The old name leads here until its date.
    const [old] = records.splice(0, 1);
    expect(await refused(...confirmed)).toContain(`${from} A: wanted ${ADDRESS}; found none`);
    expect(await stack.inventory()).toEqual(before);
    records.push(old!);
    // The records are there, and nobody answers for the task.
    expect(await refused()).toContain("what nobody has answered for");
    await stack.mustRun(["up", "--yes", ...confirmed]);
    const { chain } = await probe({ host: "127.0.0.1", port: stack.httpsPort }, to);
    expect(chain[0]!.subjectAltName).toBe(`DNS:${to}`);
  });
});
