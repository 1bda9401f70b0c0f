import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { processIdentity } from "../../operations/process-identity";
import { safeCases, unsafeCases } from "./support/gate-cases";
import { GateStack, isSilent, isStopped, REFUSED } from "./support/gate-stack";
import type { TestStack } from "./support/test-stack";

describe("the change gate", () => {
  let gate: GateStack;
  let stack: TestStack;
  let program: string;
  let configured: string;
  beforeAll(async () => {
    gate = await GateStack.create();
    ({ stack, program } = gate);
    await gate.up();
  });
  afterAll(() => gate?.destroy());
  beforeEach(() => {
    configured = readFileSync(stack.configFile, "utf8");
  });
  afterEach(() => writeFileSync(stack.configFile, configured));

  it.each(unsafeCases.map((each) => [each.name, each.rule, each] as const))(
    "refuses %s (%s)",
    async (_, rule, change) => {
      const result = await gate.preview(change);
      expect(isStopped(result, rule), result.output).toBe(true);
    },
  );

  it.each(safeCases.map((each) => [each.name, each] as const))(
    "lets %s pass without a word",
    async (_, change) => {
      const result = await gate.preview(change);
      expect(isSilent(result), result.output).toBe(true);
    },
  );

  it("says first what happens to each service", async () => {
    stack.setRelease("1.1.0");
    const { stdout } = await stack.run(["preview"]);
    expect(stdout).toMatch(
      /^Stack \S+: 8 created, 2 updated, 8 deleted\n {2}dashboard {2}1\.0\.0 \([0-9a-f]{12}\) -> 1\.1\.0 \([0-9a-f]{12}\), rolling; no interruption\n/,
    );
    expect(stdout).toContain("Way back: revert the diff");
  });

  it("keeps up from applying what is refused, and touches nothing", async () => {
    const before = await stack.inventory();
    stack.configure((config) => {
      for (const service of Object.values<{ domain: string }>(config.services))
        service.domain = "safe.localhost";
    });
    const { exitCode, output } = await stack.run(["up", "--yes"]);
    expect(exitCode, output).toBe(REFUSED);
    expect(output).toMatch(/^REFUSED {2}chg-domain {2}\S+: vault\.localhost would no longer be served$/m);
    expect(await stack.inventory()).toEqual(before);
    expect(existsSync(join(stack.stackFolder, "run.json"))).toBe(false);
  });

  it("lets a finding stand aside for an exception, and refuses one that is not needed", async () => {
    writeFileSync(
      join(program, "policies", "exceptions.yaml"),
      JSON.stringify({
        exceptions: [
          {
            rule: "chg-domain",
            resource: `strongroom-${stack.name}`,
            owner: "ops@example.com",
            reason: "nobody uses the old name",
            ticket: "OPS-1",
            expires: new Date(Date.now() + 10.5 * 86_400_000).toISOString().slice(0, 10),
          },
        ],
      }),
    );
    const unused = await stack.start(["preview"], { checkout: program });
    expect(unused.exitCode, unused.output).toBe(REFUSED);
    expect(unused.output).toContain("is not needed: remove it");
    stack.configure((config) => {
      for (const service of Object.values<{ domain: string }>(config.services))
        service.domain = "safe.localhost";
    });
    const used = await stack.start(["preview"], { checkout: program });
    expect(used.exitCode, used.output).toBe(0);
    expect(used.output).toMatch(
      /^SUPPRESSED {2}chg-domain .*\n.*ops@example\.com, OPS-1: .*1[01] days left\)$/m,
    );
  });

  it("refuses what is not what was judged any more", async () => {
    const before = await stack.inventory();
    const run = stack.start(["up", "--yes"]);
    const record = join(stack.stackFolder, "run.json");
    // The engine's process is noted when the preview begins.
    while (!existsSync(record) || !readFileSync(record, "utf8").includes('"engine"')) await sleep(50);
    stack.configure((config) => {
      config.services.server.replicas = 2;
    });
    const { exitCode, output } = await run;
    expect(exitCode, output).toBe(REFUSED);
    expect(output).toContain("the configuration changed after the preview was judged");
    expect(await stack.inventory()).toEqual(before);
  });

  it("names what was done behind its back, and removes nothing of it", async () => {
    const exported = join(stack.folder, "state.json");
    await gate.mustPulumi(["stack", "export", "--file", exported]);
    const { deployment } = JSON.parse(readFileSync(exported, "utf8")) as {
      deployment: { resources: { urn: string }[] };
    };
    const urnOf = (end: string) => deployment.resources.find(({ urn }) => urn.endsWith(end))!.urn;
    const before = await stack.inventory();
    try {
      await gate.mustPulumi(["state", "unprotect", urnOf("::database-database"), "--yes"]);
      await gate.mustPulumi(["state", "delete", urnOf("::edge-proxy"), "--target-dependents", "--yes"]);
      const preview = await stack.run(["preview"]);
      expect(preview.exitCode, preview.output).toBe(0);
      expect(preview.output).toMatch(
        /^note {2}chg-outside {2}database-database: it was unprotected outside/m,
      );
      expect(preview.output).toMatch(/^note {2}chg-outside {2}edge-proxy: state does not know it any more/m);
      // Neither after a run that was killed.
      const dead = { ...processIdentity(), started: "0" };
      const record = { ...dead, command: "up", token: randomUUID(), startedAt: new Date().toISOString() };
      writeFileSync(join(stack.stackFolder, "run.json"), JSON.stringify(record));
      const up = await stack.run(["up", "--yes"]);
      expect(up.exitCode, up.output).toBe(REFUSED);
      expect(up.output).toMatch(/knew once and knows no more: edge-proxy-\w+ \(edge\)/);
    } finally {
      await gate.mustPulumi(["stack", "import", "--file", exported]);
      rmSync(exported);
      rmSync(join(stack.stackFolder, "run.json"), { force: true });
    }
    expect(await stack.inventory()).toEqual(before);
    expect(isSilent(await stack.run(["preview", "--expect-no-changes"]))).toBe(true);
  });

  describe("outside the maintenance windows", () => {
    beforeEach(() =>
      stack.configure((config) => {
        // The day after tomorrow, for an hour, in UTC.
        const day = new Date(Date.now() + 2 * 86_400_000).toLocaleDateString("en-US", {
          weekday: "short",
          timeZone: "UTC",
        });
        config.maintenance = {
          windows: [{ days: [day.toLowerCase()], from: "01:00", to: "02:00", zone: "UTC" }],
        };
      }),
    );

    it("lets pass what interrupts nobody", async () => {
      stack.configure((config) => {
        config.services.server.replicas = 2;
      });
      await stack.up();
      expect(await stack.containers("service")).toHaveLength(3);
      configured = readFileSync(stack.configFile, "utf8");
    });

    it("refuses what interrupts, and applies it for a reason that it records", async () => {
      const [database] = await stack.containers("database");
      stack.configure((config) => {
        config.database.limits = { memoryMiB: 600 };
      });
      const refused = await stack.run(["up", "--yes"]);
      expect(refused.exitCode, refused.output).toBe(REFUSED);
      expect(refused.output).toMatch(/server: the database is restarted \(/);
      expect(refused.output).toMatch(/the next one opens \w{3} \d{4}-\d\d-\d\d 01:00 UTC/);
      expect(await stack.containers("database")).toEqual([database]);

      await stack.mustRun(["up", "--yes", "--emergency", "the database runs out of memory"]);
      expect(await stack.containers("database")).not.toEqual([database]);
      const audit = readFileSync(join(stack.stackFolder, "audit.jsonl"), "utf8").trim().split("\n");
      expect(JSON.parse(audit.at(-1)!)).toMatchObject({
        event: "emergency",
        stack: stack.name,
        reason: "the database runs out of memory",
        interrupts: { server: [expect.stringContaining("the database is restarted")] },
      });
      configured = readFileSync(stack.configFile, "utf8");
    });
  });
});
