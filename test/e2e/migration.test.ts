import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, request } from "./support/http";
import { assertConverged, crash } from "./support/interruption";
import { ledger, query } from "./support/ledger";
import { docker, TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

describe("a migration of a product that rolls", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  const columns = () =>
    query(
      stack,
      "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
    );
  const version = async () => (await request(stack, "/version")).headers["x-product-version"];

  it("that fails on the data that is there does so in a rehearsal, of which a crash leaves nothing", async () => {
    stack.setRelease("1.1.0");
    // The migration makes an index of this name: only a copy of this database has it.
    await query(stack, "CREATE INDEX items_label ON items (text)");
    const before = await stack.inventory();
    const killed = stack.start(["rehearse"]);
    await eventually(async () => {
      if ((await stack.containers("rehearsal")).length === 0) throw new Error("nothing is rehearsed yet");
    });
    process.kill(-killed.pid!, "SIGKILL");
    await killed;
    expect((await stack.inventory()).length).toBeGreaterThan(before.length);
    const failed = await stack.run(["rehearse"]);
    expect(failed.exitCode, failed.output).toBe(1);
    expect(failed.output).toContain("migration of server to 1.1.0 failed with exit code 1");
    expect(failed.output).toContain('relation \\"items_label\\" already exists');
    expect(failed.output).toContain("production was not touched");
    expect(await stack.inventory()).toEqual(before);
    await query(stack, "DROP INDEX items_label");
  });

  it("is rehearsed on a copy, and its length is what the preview tells", async () => {
    const [before, tables] = [await stack.inventory(), await columns()];
    const output = await stack.mustRun(["rehearse"]);
    expect(output).toMatch(/^server 1\.1\.0 passed its rehearsal on a copy of the database:$/m);
    expect(output).toMatch(/^ {2}migration {2}\d+ s$/m);
    expect(output).toMatch(/^ {2}dashboard {2}healthy after \d+ s$/m);
    expect(await stack.inventory()).toEqual(before);
    expect(await columns()).toEqual(tables);
    expect(await ledger(stack)).toEqual(["1.0.0|done"]);
    expect(await stack.mustRun(["preview"])).toMatch(
      /^ {2}Migration: about \d+ s, while the old release serves, as rehearsed with 1\.1\.0 \d+ s ago on a copy of \d+\.\d MiB$/m,
    );
  });

  it("that fails stops the update before the release exists, with the old one serving", async () => {
    const load = UnderLoad.start(stack);
    stack.setRelease("1.1.0-failing-migration");
    const failed = await stack.run(["up", "--yes"]);
    const report = await load.stop();
    expect(failed.exitCode, failed.output).toBe(1);
    expect(failed.output).toContain("migration of server to 1.1.0-failing-migration failed with exit code 1");
    expect(failed.output).toContain("division by zero");
    expect(report.failed, report.detail).toBe(0);
    expect(report.versions).toEqual(["1.0.0"]);
    expect(await ledger(stack)).toEqual(["1.0.0|done", "1.1.0-failing-migration|failed"]);
  });

  it("that is killed while it waits for a lock is taken over, and recorded once", async () => {
    // Holds the table that the migration changes, so that it waits.
    const holding = query(stack, "BEGIN; LOCK TABLE items IN ACCESS SHARE MODE; SELECT pg_sleep(8); COMMIT");
    stack.setRelease("1.1.0");
    const run = stack.start(["up", "--yes"]);
    const name = `strongroom-${stack.name}-migration`;
    await eventually(async () => {
      const state = await docker("container", "inspect", "--format", "{{.State.Status}}", name);
      if (state !== "running") throw new Error(`the migration is ${state}`);
    });
    await crash(stack, run);
    expect(await version()).toBe("1.0.0");
    await Promise.all([holding, stack.up()]);
    await assertConverged(stack, "1.1.0");
    const rows = await ledger(stack);
    expect(rows.filter((row) => row === "1.1.0|done")).toHaveLength(1);
    expect(await docker("ps", "--all", "--quiet", "--filter", `name=${name}`)).toBe("");
  });

  it("has a dump of before that can be read to its end", async () => {
    const [database] = await stack.containers("database");
    const image = await docker("container", "inspect", "--format", "{{.Image}}", database!);
    const [file] = await query(
      stack,
      "SELECT dump FROM strongroom.migrations WHERE version = '1.1.0' ORDER BY id DESC LIMIT 1",
    );
    const script = `PATH=$(echo /usr/lib/postgresql/*/bin):$PATH; pg_restore --file=- /dumps/${file} | grep -c 'CREATE TABLE public'`;
    const volume = `type=volume,source=strongroom-${stack.name}-dumps,target=/dumps,readonly`;
    const tables = await docker("run", "--rm", "--mount", volume, "--entrypoint=sh", image, "-c", script);
    expect(Number(tables)).toBeGreaterThan(3);
  });

  it("is not repeated on the way back", async () => {
    const before = await ledger(stack);
    stack.setRelease("1.0.0");
    await stack.up();
    await assertConverged(stack, "1.0.0");
    expect(await ledger(stack)).toEqual(before);
  });
});
