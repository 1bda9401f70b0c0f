import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probe } from "../../operations/certificates/probe";
import { issue, type TestCertificate } from "../support/certificates";
import { startLoad } from "../support/load";
import { eventually } from "./support/http";
import { crash, FULL } from "./support/interruption";
import { docker, TestStack } from "./support/test-stack";

const domain = "vault.localhost";
/** Short enough that a step is seen before the next one. */
const LOOK_MS = 20;

/** Too long for CI, which has one crash in certificates.test.ts. */
describe.runIf(FULL)("a rotation that is killed", () => {
  let stack: TestStack;
  let old: TestCertificate, next: TestCertificate;
  /** The configuration with the one and with the other. */
  let files: { old: string; next: string };

  beforeAll(async () => {
    const root = await issue({ name: "Test root" });
    const leaf = { issuer: root, names: [domain] };
    [old, next] = await Promise.all([issue({ name: "old", ...leaf }), issue({ name: "next", ...leaf })]);
    stack = await TestStack.create();
    const give = async ({ chain, key }: TestCertificate, generation: number): Promise<string> => {
      stack.configure((config) => {
        const vault = {
          ...config.certificates?.custom?.vault,
          certificate: chain,
          root: root.pem,
          generation,
        };
        config.certificates = { custom: { vault }, default: { mode: "custom", use: "vault" } };
      });
      await stack.setSecret("certificates.custom.vault.key", key);
      return readFileSync(stack.configFile, "utf8");
    };
    files = { next: await give(next, 2), old: await give(old, 1) };
    ca = root.pem;
    await stack.up();
  });
  afterAll(() => stack?.destroy());
  let ca: string;

  const configured = (which: "old" | "next") => writeFileSync(stack.configFile, files[which]);
  const fingerprint = ({ pem }: TestCertificate) => new X509Certificate(pem).fingerprint256;
  const served = async () =>
    (await probe({ host: "127.0.0.1", port: stack.httpsPort }, domain)).chain[0]!.fingerprint256;

  async function inEdge(...command: string[]): Promise<string> {
    const [edge] = await stack.containers("edge");
    return docker("exec", edge!, ...command);
  }
  /** Steps of the edge's journal since the rotation began. */
  const steps = async (since: number) =>
    (await inEdge("cat", "/etc/strongroom/edge/journal.jsonl"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { step: string; time: string })
      .filter(({ time }) => Date.parse(time) >= since)
      .map(({ step }) => step);

  /** Each step of a rotation: whether it has been reached, and what must be in force once the run is settled. */
  const points: [string, (since: number) => Promise<boolean>, "old" | "next"][] = [
    ["has the lock", async () => (await locks()) !== "", "old"],
    ["has noted what comes", async (since) => (await steps(since)).includes("pending"), "old"],
    [
      "has replaced the file",
      async () => {
        const text = JSON.stringify(next.pem.trim()).slice(1, -1);
        return (
          await inEdge("sh", "-c", "cat /etc/strongroom/edge/instances/$(hostname)/routes.yml")
        ).includes(text);
      },
      "old",
    ],
    ["is served", async () => (await served()) === fingerprint(next), "old"],
    [
      "proves itself",
      async () => {
        if ((await served()) !== fingerprint(next)) return false;
        await sleep(1_000);
        return true;
      },
      "old",
    ],
    ["is confirmed", async (since) => (await steps(since)).includes("confirmed"), "next"],
  ];
  const locks = () => docker("ps", "--all", "--quiet", "--filter", `name=strongroom-${stack.name}-lock`);

  it.each(points)(
    "when it %s leaves the old certificate or the new one proven, and goes on to either",
    async (_, reached, settled) => {
      expect(await served()).toBe(fingerprint(old));
      const load = startLoad({
        requests: [stack.url("/version")],
        connections: 4,
        keepAlive: false,
        connectTo: { host: "127.0.0.1", port: stack.httpsPort },
        ca,
        maxSeconds: 240,
      });
      try {
        configured("next");
        const since = Date.now();
        const run = stack.start(["up", "--yes"]);
        while (!(await reached(since))) await sleep(LOOK_MS);
        await crash(stack, run);
        expect([fingerprint(old), fingerprint(next)]).toContain(await served());
        await stack.mustRun(["repair"]);
        await eventually(async () =>
          expect(await served()).toBe(fingerprint(settled === "old" ? old : next)),
        );
        await stack.up();
        expect(await served()).toBe(fingerprint(next));
        configured("old");
        await stack.up();
        expect(await served()).toBe(fingerprint(old));
      } finally {
        const report = await load.stop();
        expect(report.ended).toBe("stopped");
        expect(report.failed, JSON.stringify(report.failures)).toBe(0);
      }
      expect(await locks()).toBe("");
    },
  );
});
