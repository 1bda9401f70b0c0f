import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deriveSecret } from "../../config/secret";
import { processIdentity } from "../../operations/process-identity";
import { type CommandResult, startCommand } from "./support/command";
import { type ConfigEdit, type GateCase, notedCases, safeCases, unsafeCases } from "./support/gate-cases";
import { GateStack, isSilent, isStopped, REFUSED } from "./support/gate-stack";
import { CHECKOUT, docker, type TestStack } from "./support/test-stack";

const replicas =
  (count: number): ConfigEdit =>
  (config) => {
    config.services.server.replicas = count;
  };

/** What `preview --digest` printed. @throws Error with all output when there is none */
function digestIn({ stdout, output }: CommandResult): string {
  const [, digest] = /^Digest: (plan1_\S+)$/m.exec(stdout) ?? [];
  if (digest === undefined) throw new Error(`no digest:\n${output}`);
  return digest;
}

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

  it.each(notedCases.map((each) => [each.name, each.rule, each] as const))(
    "lets %s pass, and says what people notice (%s)",
    async (_, rule, change) => {
      const { exitCode, output } = await gate.preview(change);
      expect(exitCode, output).toBe(0);
      expect(output).toContain(`note  ${rule}  `);
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

  it("judges by the policies, in every format, as up does", async () => {
    stack.configure((config) => {
      config.certificates.default.validityHours = 30_000;
    });
    const text = await stack.run(["preview"]);
    expect(isStopped(text, "tls-validity"), text.output).toBe(true);
    const json = await stack.run(["preview", "--format", "json"]);
    expect(json.exitCode).toBe(REFUSED);
    const { findings, refused } = JSON.parse(json.stdout) as {
      findings: { rule: string; level: string }[];
      refused: boolean;
    };
    expect({ findings, refused }).toMatchObject({
      findings: [{ rule: "tls-validity", level: "mandatory" }],
      refused: true,
    });
  });

  describe("an update that was approved", () => {
    let digest: string;
    const change: GateCase = { name: "two", config: replicas(2) };
    const upAsApproved = (edit: GateCase) =>
      gate.with(edit, (checkout) =>
        stack.start(["up", "--yes", "--expect", digest], { checkout: edit.program ? checkout : program }),
      );
    const refusal = (...moved: string[]) =>
      `Not the same any more as in the preview that was approved: ${moved.join(", ")}.`;
    beforeAll(async () => {
      // From the copy of the program, which may be changed afterwards.
      digest = digestIn(
        await gate.with(change, () => stack.start(["preview", "--digest"], { checkout: program })),
      );
    });

    const rotated: ConfigEdit = (config) => {
      replicas(2)(config);
      config.services.server.secrets = { SESSION_SECRET: { generation: 2 } };
    };
    const others: [name: string, moved: string, edit: Omit<GateCase, "name">][] = [
      ["number of replicas", "the configuration", { config: replicas(3) }],
      ["generation of a secret", "the configuration", { config: rotated }],
      ["program", "the program", { program: [["index.ts", "\n", "\n\n"]] }],
      ["exception", "the policies", { program: [["policies/exceptions.yaml", "[]", "[ ]"]] }],
      ["verb", "the operations", { program: [["operations/docker.ts", "\n", "\n\n"]] }],
    ];
    it.each(others)("is refused with another %s, as %s", async (_, moved, edit) => {
      const before = await stack.inventory();
      const { exitCode, output } = await upAsApproved({ ...change, ...edit });
      expect(exitCode, output).toBe(REFUSED);
      expect(output).toContain(refusal(moved));
      expect(await stack.inventory()).toEqual(before);
      const key = readFileSync(join(stack.stackFolder, "stack.key"), "utf8").trim();
      for (const generation of [1, 2]) {
        const secret = deriveSecret(key, stack.name, "server/SESSION_SECRET", generation).reveal();
        expect(output).not.toContain(secret);
      }
    });

    it("is refused with another value of an encrypted secret, and prints neither", async () => {
      const values = ["before", "after"].map((when) => `${when}-${randomUUID()}`);
      const ciphertexts = [await gate.encrypted(values[0]!), await gate.encrypted(values[1]!)];
      const [approved, rotated] = ciphertexts.map((secure): GateCase => {
        const secrets = { SESSION_SECRET: { value: { secure } } };
        return { name: "own", config: (config) => (config.services.server.secrets = secrets) };
      });
      const preview = await gate.with(approved!, () => stack.run(["preview", "--digest"]));
      const expected = digestIn(preview);
      const before = await stack.inventory();
      const up = await gate.with(rotated!, () => stack.run(["up", "--yes", "--expect", expected]));
      expect(up.exitCode, up.output).toBe(REFUSED);
      expect(up.output).toContain(refusal("the configuration"));
      for (const text of [...values, ...ciphertexts]) expect(preview.output + up.output).not.toContain(text);
      expect(await stack.inventory()).toEqual(before);
    });

    it("is refused with another state, and with something else on the host", async () => {
      const exported = join(stack.folder, "state.json");
      await gate.mustPulumi(["stack", "export", "--file", exported]);
      const text = readFileSync(exported, "utf8");
      const state = JSON.parse(text) as { deployment: { resources: { urn: string; protect?: boolean }[] } };
      // What the gate only notes.
      state.deployment.resources.find(({ urn }) => urn.endsWith("::database-database"))!.protect = false;
      const volume = `${stack.name}-slipped-in`;
      try {
        writeFileSync(exported, JSON.stringify(state));
        await gate.mustPulumi(["stack", "import", "--file", exported]);
        // Of a role that holds data: anything else is removed as a leftover of an interrupted run.
        const labels = [`strongroom.stack=${stack.name}`, "strongroom.role=database-data"];
        await docker("volume", "create", ...labels.flatMap((label) => ["--label", label]), volume);
        const { exitCode, output } = await upAsApproved(change);
        expect(exitCode, output).toBe(REFUSED);
        expect(output).toContain(refusal("the state", "what the Docker hosts have"));
      } finally {
        await docker("volume", "rm", "--force", volume);
        writeFileSync(exported, text);
        await gate.mustPulumi(["stack", "import", "--file", exported]);
        rmSync(exported);
      }
    });
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

  it("lets what a policy finds stand aside for an exception, for plain Pulumi as well", async () => {
    const resource = `urn:pulumi:${stack.name}::strongroom::strongroom:certificates:Certificates$tls:index/locallySignedCert:LocallySignedCert::certificates-vault.localhost-1`;
    const expires = new Date(Date.now() + 10.5 * 86_400_000).toISOString().slice(0, 10);
    const exception = { rule: "tls-validity", resource, owner: "ops@example.com", reason: "old clients" };
    const change = (given: object): GateCase => ({
      name: "a long certificate",
      config: (config) => (config.certificates.default.validityHours = 30_000),
      program: [["policies/exceptions.yaml", "", JSON.stringify({ exceptions: [given] })]],
    });
    const excepted = change({ ...exception, ticket: "OPS-2", expires });
    const { exitCode, output } = await gate.preview(excepted);
    expect(exitCode, output).toBe(0);
    expect(output).toMatch(
      /^SUPPRESSED {2}tls-validity .*\n.*ops@example\.com, OPS-2: .*1[01] days left\)$/m,
    );
    const plain = await gate.with(excepted, (checkout) =>
      gate.pulumi(["preview", "--policy-pack", "policies/pack"], checkout),
    );
    expect(plain.exitCode, plain.output).toBe(0);
    expect(plain.output).toMatch(
      /\[advisory\] {2}tls-validity-excepted [^]*SUPPRESSED by ops@example\.com, OPS-2/,
    );
    const expired = await gate.preview(change({ ...exception, ticket: "OPS-2", expires: "2026-01-31" }));
    expect(isStopped(expired, "tls-validity"), expired.output).toBe(true);
    expect(expired.output).toContain("expired on 2026-01-31");
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
    expect(output).toContain("Not the same any more as when the preview was judged: the configuration.");
    expect(await stack.inventory()).toEqual(before);
  });

  it("refuses a configuration that is changed while it is being checked, before anything is judged", async () => {
    // The first call of Docker comes after the configuration was read.
    const shim = mkdtempSync(join(tmpdir(), "strongroom-shim-"));
    const script = `#!/bin/sh\n[ -e "${shim}/done" ] || { : >"${shim}/done"; echo >>"${stack.configFile}"; }\nPATH="\${PATH#*:}" exec docker "$@"\n`;
    writeFileSync(join(shim, "docker"), script, { mode: 0o755 });
    const before = await stack.inventory();
    try {
      const { exitCode, output } = await startCommand(
        join(CHECKOUT, "strongroom"),
        ["--stack", stack.name, "--config-file", stack.configFile, "up", "--yes"],
        { env: { ...stack.environment, PATH: `${shim}:${process.env.PATH}` } },
      );
      expect(exitCode, output).toBe(REFUSED);
      expect(output).toContain("the configuration was changed while it was being checked");
      expect(output).not.toContain("Previewing");
      expect(await stack.inventory()).toEqual(before);
    } finally {
      rmSync(shim, { recursive: true });
    }
  });

  it("refuses a host where another Docker daemon answers by the same address", async () => {
    const file = join(stack.stackFolder, "daemons.json");
    const noted = readFileSync(file, "utf8");
    expect(JSON.parse(noted)).toEqual({ local: await docker("info", "--format", "{{.ID}}") });
    try {
      writeFileSync(file, JSON.stringify({ local: "another" }));
      const result = await stack.run(["up", "--yes"]);
      expect(isStopped(result, "chg-host"), result.output).toBe(true);
    } finally {
      writeFileSync(file, noted);
    }
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

  it.each([
    [["--target", "**routes-apply"], "the last update was made in part (--target)"],
    [[], "the last update was made by plain Pulumi: policies and gate did not judge it"],
  ])("names an update by plain pulumi up %s", async (flags, told) => {
    await gate.mustPulumi(["up", "--yes", "--skip-preview", ...flags]);
    const { exitCode, output } = await stack.run(["preview"]);
    expect(exitCode, output).toBe(0);
    expect(output).toContain(`note  chg-outside  strongroom-${stack.name}: ${told}\n`);
  });

  it.each([
    [
      "a setting of another form",
      { hostPorts: "443" },
      "hostPorts: Invalid type. Expected: array, given: string",
    ],
    ["a setting that does not exist", { ports: [443] }, "net-publish has no setting ports; it has"],
  ])("refuses a policies/site.json with %s", async (_, settings, told) => {
    const { exitCode, output } = await gate.preview({
      name: "site",
      program: [["policies/site.json", "", JSON.stringify({ "net-publish": settings })]],
    });
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain(told);
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

    it("lets pass what interrupts nobody, as it was approved", async () => {
      stack.configure(replicas(2));
      const digest = digestIn(await stack.run(["preview", "--digest"]));
      await stack.mustRun(["up", "--yes", "--expect", digest]);
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

  it("is not needed for pulumi destroy, which the engine refuses because of what is protected", async () => {
    const before = await stack.inventory();
    const { exitCode, output } = await gate.pulumi(["destroy", "--yes"]);
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain("protected");
    expect(await stack.inventory()).toEqual(before);
  });
});
