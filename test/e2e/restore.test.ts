import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SignedReceipt } from "../../operations/backup/receipt";
import { checkBackup } from "../../operations/restore";
import { provisionDatabase } from "../../operations/verbs/provision-database";
import { type AgeKey, ageKeys, buildBackupImage } from "./support/backups";
import { request, writeItem } from "./support/http";
import { crash, FULL } from "./support/interruption";
import { query } from "./support/ledger";
import { docker, ENDPOINT, TestStack } from "./support/test-stack";

describe("a restore", () => {
  let stack: TestStack;
  let image = "";
  let id = "";
  let before = "";
  let keys: AgeKey[] = [];

  beforeAll(async () => {
    stack = await TestStack.create();
    image = await buildBackupImage(stack);
    // The last one is nobody's: it is no recipient.
    keys = await ageKeys(image, 3);
    stack.configure((config) => {
      config.backup = {
        image: { build: "backup", tag: "15" },
        recipients: keys.slice(0, 2).map(({ recipient }) => recipient),
      };
    });
    before = readFileSync(stack.configFile, "utf8");
    await stack.up();
    await writeItem(stack, "kept");
    const { stdout, exitCode, output } = await stack.run(["backup", "now", "--json"]);
    expect(exitCode, output).toBe(0);
    id = (JSON.parse(stdout) as SignedReceipt).receipt.id;
    await writeItem(stack, "later");
  });
  afterAll(() => stack?.destroy());

  const up = (identity: string) => stack.start(["up", "--yes", "--identity"], { input: `${identity}\n` });
  const mustUp = async (identity: string) => {
    const { exitCode, output } = await up(identity);
    expect(exitCode, output).toBe(0);
    return output;
  };
  /** The configuration from before the restore, which says that what it has restored is to be left. */
  const goBack = () => {
    let as: unknown;
    stack.configure(({ database }) => (as = database.restore?.as));
    writeFileSync(stack.configFile, before);
    stack.configure(({ database }) => (database.leave = as));
  };
  const items = () => query(stack, "SELECT text FROM items ORDER BY id");
  const restored = () => `strongroom-${stack.name}-restored-${Number(id.split("-")[0])}`;
  const volumes = async () =>
    (await stack.inventory())
      .filter((line) => line.endsWith("database-data "))
      .map((line) => line.split(" ")[1]);

  it("is written into the configuration, and what would be lost is said", async () => {
    const said = await stack.mustRun(["restore", id]);
    expect(said).toMatch(/what was written in the \d+ s since then is not in it/);
    expect(readFileSync(stack.configFile, "utf8")).toContain(`restore: { from: "${id}", as: restored-`);
    const { exitCode, output } = await stack.run(["preview"]);
    expect(exitCode, output).toBe(0);
    expect(output).toContain(`restored from backup ${id}`);
    expect(output).toContain(`volume strongroom-${stack.name}-database stays on its host`);
    expect(output).toContain("INTERRUPTED: the product moves to another database");
  });

  it("is refused before anything is touched, without a key that opens a backup as it was proven", async () => {
    const inventory = await stack.inventory();
    const refused = async (run: PromiseLike<{ exitCode: number; output: string }>, why: string) => {
      const { exitCode, output } = await run;
      expect(exitCode, output).toBe(3);
      expect(output).toContain(why);
      expect(output).not.toContain("AGE-SECRET-KEY-1Q");
      expect(await stack.inventory()).toEqual(inventory);
    };
    await refused(stack.run(["up", "--yes"]), "takes a recipient's private key");
    await refused(up(keys[2]!.identity), "no identity matched");
    const [sidecar] = await stack.containers("backup");
    const path = `/var/lib/strongroom/store/${id}.dump.age`;
    const flip = `const fs = require("fs"); const f = fs.openSync("${path}", "r+"); const b = Buffer.alloc(1); const at = fs.statSync("${path}").size >> 1; fs.readSync(f, b, 0, 1, at); b[0] ^= 1; fs.writeSync(f, b, 0, 1, at)`;
    await docker("exec", sidecar!, "node", "-e", flip);
    await refused(up(keys[0]!.identity), "is not the one that was proven");
    await docker("exec", sidecar!, "node", "-e", flip);
    const target = {
      endpoint: ENDPOINT,
      stack: "another",
      volume: "",
      from: id,
      server: { image: "", database: "vault", command: [], envs: [], memoryMiB: 64 },
      backup: { image, volume: `strongroom-${stack.name}-backups`, memoryMiB: 256 },
    };
    const publicKey = readFileSync(`${stack.stackFolder}/backup-receipts.pub`, "utf8").trim();
    const asked = { id, stack: "another", database: "vault", publicKey, identity: keys[0]!.identity };
    await expect(checkBackup(target, asked)).rejects.toThrow("not of vault of another");
    // What plain Pulumi would come to: a new server on a volume that nobody has filled.
    const [server] = await stack.containers("database");
    const given = { schema: 1 as const, docker: ENDPOINT, stack: stack.name, container: server! };
    const login = { role: "vault_a", password: "" };
    const roles = { database: "vault", owner: "vault_owner", login, idle: "vault_b", restoredFrom: id };
    await expect(provisionDatabase.run("update", { ...given, ...roles })).rejects.toThrow(
      `was not filled from backup ${id}`,
    );
  });

  it("moves the product behind the page, and back by the reverse diff; no write goes astray", async () => {
    const writer = write(stack);
    const output = await mustUp(keys[1]!.identity);
    const { acknowledged, statuses } = await writer.stop();
    expect(output).toContain("found equal to the backup's receipt");
    expect([...statuses].sort()).toEqual([200, 503]);
    const there = await items();
    expect(there).toContain("kept");
    expect(there).not.toContain("later");
    expect(await volumes()).toEqual([`strongroom-${stack.name}-database`, restored()]);
    expect(await stack.containers("database", true)).toHaveLength(1);
    expect((await stack.run(["preview", "--expect-no-changes"])).exitCode).toBe(0);
    const [sidecar] = await stack.containers("backup");
    expect(await docker("inspect", sidecar!)).not.toContain("AGE-SECRET-KEY");

    const config = readFileSync(stack.configFile, "utf8");
    writeFileSync(stack.configFile, before);
    const silent = await stack.run(["up", "--yes"]);
    expect(silent.exitCode, silent.output).toBe(3);
    expect(silent.output).toContain(
      `would leave the restored volume ${restored()} with all that was written`,
    );
    writeFileSync(stack.configFile, config);
    goBack();
    const preview = await stack.mustRun(["up", "--yes"]);
    expect(preview).toContain(`moves back to volume strongroom-${stack.name}-database`);
    const first = await items();
    expect(first).toEqual(expect.arrayContaining(["kept", "later"]));
    const [inFirst, inRestored] = [first, there].map((found) =>
      acknowledged.map((text, at) => (found.includes(text) ? at : -1)).filter((at) => at >= 0),
    ) as [number[], number[]];
    // Each in one of the two, and all that went to the old one before all that went to the new one.
    expect([...inFirst, ...inRestored]).toEqual(acknowledged.map((_, at) => at));
    expect(inFirst.length * inRestored.length, "writes before and after").toBeGreaterThan(0);
    expect(await volumes()).toEqual([`strongroom-${stack.name}-database`, restored()]);
    writeFileSync(stack.configFile, config);
  });

  it.runIf(FULL)("goes on with the restored volume as it was left, without a key", async () => {
    await stack.up();
    expect(await items()).not.toContain("later");
    goBack();
    await stack.up();
  });

  const pages = () => stack.containers("maintenance", true);
  const isThere = async (role: string) => (await stack.containers(role, true)).length > 0;
  /** Steps of a run, by what is there then. */
  const steps: Record<string, () => Promise<void>> = {
    "while the volume is filled": () => until(() => isThere("restore")),
    "behind the maintenance page": () => until(() => isThere("maintenance")),
    "when the product has been moved": async () => {
      await until(() => isThere("maintenance"));
      await until(async () => (await pages()).length === 0);
    },
  };
  const assertServes = async (database: "first" | "restored") => {
    expect((await items()).includes("later")).toBe(database === "first");
    expect((await request(stack, "/")).status).toBe(200);
    expect((await stack.run(["preview", "--expect-no-changes"])).exitCode).toBe(0);
    for (const role of ["restore", "maintenance"]) expect(await stack.containers(role, true)).toEqual([]);
    expect(await stack.containers("database", true)).toHaveLength(1);
  };

  it.runIf(FULL).each(Object.keys(steps))("converges after a crash %s", async (step) => {
    const name = `again-${Object.keys(steps).indexOf(step)}`;
    await stack.mustRun(["restore", id, "--as", name]);
    const run = up(keys[0]!.identity);
    await steps[step]!();
    await crash(stack, run);
    await mustUp(keys[0]!.identity);
    await assertServes("restored");
    goBack();
    await stack.up();
    await assertServes("first");
  });

  it.runIf(FULL)(
    "gives way to the old configuration after a crash behind the page, in both directions",
    async () => {
      await stack.mustRun(["restore", id, "--as", "both"]);
      const config = readFileSync(stack.configFile, "utf8");
      const run = up(keys[0]!.identity);
      await steps["behind the maintenance page"]!();
      await crash(stack, run);
      writeFileSync(stack.configFile, before);
      await stack.up();
      await assertServes("first");
      writeFileSync(stack.configFile, config);
      await stack.up();
      goBack();
      const back = stack.start(["up", "--yes"]);
      await steps["behind the maintenance page"]!();
      await crash(stack, back);
      writeFileSync(stack.configFile, config);
      await stack.up();
      await assertServes("restored");
      goBack();
      await stack.up();
    },
  );

  it.runIf(FULL)("takes a release that has migrated back, of a product that is recreated", async () => {
    writeFileSync(stack.configFile, before);
    stack.configure((config) => {
      config.strategy = "recreate";
    });
    stack.setRelease("1.1.0");
    await stack.up();
    const config = readFileSync(stack.configFile, "utf8");
    stack.setRelease("1.0.0");
    expect((await stack.run(["up", "--yes"])).output).toContain("chg-downgrade");
    await stack.mustRun(["restore", id, "--as", "recreated"]);
    await mustUp(keys[0]!.identity);
    await assertServes("restored");
    expect((await request(stack, "/version")).headers["x-product-version"]).toBe("1.0.0");
    writeFileSync(stack.configFile, config);
    stack.configure(({ database }) => (database.leave = "recreated"));
    await stack.up();
    await assertServes("first");
    expect((await request(stack, "/version")).headers["x-product-version"]).toBe("1.1.0");
  });

  // Last: nobody goes back to that one.
  it("takes the place of a database that lets nobody in any more", async () => {
    const [server] = await stack.containers("database");
    for (const sql of [
      "ALTER DATABASE vault ALLOW_CONNECTIONS false",
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'vault'",
    ])
      await docker("exec", server!, "psql", "--username=postgres", "--dbname=postgres", `--command=${sql}`);
    await stack.mustRun(["restore", id, "--as", "instead"]);
    await mustUp(keys[0]!.identity);
    await assertServes("restored");
  });
});

/** Asks until it is so. @throws Error after three minutes */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 180_000; !(await isSo()); await sleep(100))
    if (Date.now() > deadline) throw new Error("the run never comes to that step");
}

/** Writes one item after another until it is told to stop. */
function write(stack: TestStack) {
  let stopped = false;
  const acknowledged: string[] = [];
  const statuses = new Set<number>();
  const writing = (async () => {
    for (let count = 0; !stopped; count++) {
      const text = `written ${count}`;
      const answer = await request(stack, "/items", { method: "POST", body: { text } });
      const isWritten = answer.status >= 200 && answer.status < 300;
      statuses.add(isWritten ? 200 : answer.status);
      if (isWritten) acknowledged.push(text);
      await sleep(50);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await writing;
      return { acknowledged, statuses };
    },
  };
}
