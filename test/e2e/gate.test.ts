import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CHECKOUT, TestStack } from "./support/test-stack";

const REFUSED = 3;
const PROGRAM = [
  "Pulumi.yaml",
  "cli",
  "components",
  "config",
  "images",
  "index.ts",
  "operations",
  "package-lock.json",
  "package.json",
  "policies",
  "program.cjs",
  "strongroom",
  "test",
  "toolchain",
  "tsconfig.json",
];

describe("the change gate", () => {
  let stack: TestStack;
  let configured: string;
  const program = mkdtempSync(join(tmpdir(), "strongroom-program-"));
  beforeAll(async () => {
    for (const name of PROGRAM) cpSync(join(CHECKOUT, name), join(program, name), { recursive: true });
    symlinkSync(join(CHECKOUT, "node_modules"), join(program, "node_modules"));
    stack = await TestStack.create();
    // What is tested here is no product's start: a busy machine may take its time.
    stack.configure((config) => {
      for (const service of Object.values<Record<string, unknown>>(config.services))
        service.healthCheck = { startPeriodSeconds: 90, timeoutSeconds: 10 };
    });
    await stack.up();
    await stack.mustRun(["image", "build", "demo:1.1.0"]);
  });
  afterAll(async () => {
    rmSync(program, { recursive: true, force: true });
    await stack?.destroy();
  });
  beforeEach(() => {
    configured = readFileSync(stack.configFile, "utf8");
  });
  afterEach(() => writeFileSync(stack.configFile, configured));

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the file's shape is what is under test
  type Edit = (config: Record<string, any>) => void;

  it.each<[string, string, Edit]>([
    ["the database's volume renamed", "chg-db-volume", (c) => (c.database.volume = "other")],
    ["the password in use changed", "chg-db-password", (c) => (c.database.roles = { generationA: 2 })],
    ["another Docker host", "chg-host", (c) => (c.hosts.local.docker = "unix:///run/docker.sock")],
    [
      "a jump over a release",
      "chg-requires",
      (c) => (c.services.server.image = { build: "demo", tag: "1.1.0", requires: ">=1.0.5" }),
    ],
    ["the network's subnet", "chg-network", (c) => (c.edge.ipv4Subnet = "172.30.251.0/24")],
  ])("refuses %s by configuration (%s)", async (_, rule, edit) => {
    stack.configure(edit);
    const { exitCode, output } = await stack.run(["preview"]);
    expect(exitCode, output).toBe(REFUSED);
    expect(output).toMatch(new RegExp(`^REFUSED  ${rule}  `, "m"));
    expect(output).toMatch(/^ {2}Remedy: /m);
  });

  it.each<[string, string, string, [string, string]]>([
    [
      "the database published",
      "chg-publish",
      "components/database/database.ts",
      ["shmSize:", 'ports: [{ internal: 5432, external: 25432, ip: "127.0.0.1" }],\n        shmSize:'],
    ],
    [
      "the volume unprotected",
      "chg-unprotect",
      "components/database/database.ts",
      ["protect: true", "protect: false"],
    ],
    [
      "a service removed",
      "chg-service-removed",
      "index.ts",
      ["Object.values(settings.services).map", "Object.values(settings.services).slice(0, 1).map"],
    ],
    [
      "a writable root",
      "chg-harden-regress",
      "components/container/hardened.ts",
      ["readOnly: true", "readOnly: false"],
    ],
    [
      "replicas that are not retired",
      "chg-action",
      "components/service/service.ts",
      ['phases: ["delete"]', "phases: []"],
    ],
    [
      "the edge renamed without an alias",
      "chg-rename",
      "components/edge/edge.ts",
      ["${name}-proxy", "${name}-renamed"],
    ],
    [
      "actions' input in clear",
      "chg-plaintext",
      "components/action/action.ts",
      ["stdin: pulumi.secret(", "stdin: pulumi.unsecret("],
    ],
    [
      "the database's network opened",
      "chg-harden-regress",
      "components/network/network.ts",
      ["internal: true", "internal: false"],
    ],
    [
      "a mount elsewhere",
      "chg-db-mount",
      "components/database/database.ts",
      ["target: DATA_VOLUME", 'target: "/srv"'],
    ],
    ["an empty program", "chg-empty", "index.ts", [/^/.source, ""]],
  ])("refuses %s by the program (%s)", async (_, rule, file, [from, to]) => {
    const path = join(program, file);
    const source = readFileSync(path, "utf8");
    const changed =
      rule === "chg-empty" ? "export const declareStack = () => ({});\n" : source.replace(from, () => to);
    expect(changed).not.toBe(source);
    writeFileSync(path, changed);
    try {
      const { exitCode, output } = await stack.start(["preview"], { checkout: program });
      expect(exitCode, output).toBe(REFUSED);
      expect(output).toMatch(new RegExp(`^REFUSED  ${rule}  `, "m"));
    } finally {
      writeFileSync(path, source);
    }
  });

  it.each<[string, Edit]>([
    ["nothing", () => undefined],
    ["a release", (c) => (c.services.server.image.tag = "1.1.0")],
    [
      "a release whose requirement is met",
      (c) => (c.services.server.image = { build: "demo", tag: "1.1.0", requires: ">=1.0" }),
    ],
    ["more replicas", (c) => (c.services.server.replicas = 2)],
    ["another certificate", (c) => (c.certificates.default.generation = 2)],
    ["the other database role", (c) => (c.database.roles = { active: "b", generationB: 2 })],
    ["another session secret", (c) => (c.services.server.secrets = { SESSION_SECRET: { generation: 2 } })],
    ["an allow-list", (c) => (c.services.dashboard.allowedIps = ["127.0.0.0/8", "172.16.0.0/12"])],
  ])("lets %s pass without a word", async (_, edit) => {
    stack.configure(edit);
    const { exitCode, output } = await stack.run(["preview"]);
    expect(exitCode, output).toBe(0);
    expect(output).not.toMatch(/REFUSED|SUPPRESSED|INTERRUPTED|note {2}|repair:/);
  });

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
