import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DUMP_LOCK } from "../../operations/backup/sidecar";
import type { Answer } from "../support/load";
import { eventually, request } from "./support/http";
import { assertConverged, crash, FULL } from "./support/interruption";
import { jobSucceeds, ledger, query } from "./support/ledger";
import { TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

describe("a product whose releases must not run side by side", () => {
  let stack: TestStack;
  let seconds = 0;
  beforeAll(async () => {
    stack = await TestStack.create();
    recreated(stack);
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  const fails = async (tag: string) => {
    stack.setRelease(tag);
    const { exitCode, output } = await stack.run(["up", "--yes"]);
    expect(exitCode, output).toBe(1);
    return output;
  };

  it("keeps the old release when the migration fails, and starts it again", async () => {
    expect(await fails("1.1.0-failing-migration")).toContain("by its confirmed routes this release serves: ");
    stack.setRelease("1.0.0");
    await stack.up();
    await assertConverged(stack, "1.0.0");
  });

  it("shows everybody the maintenance page while it changes, and loses nothing", async () => {
    const load = UnderLoad.start(stack, isPage);
    stack.setRelease("1.1.0");
    const started = Date.now();
    // As a backup that dumps; until it is ended below.
    const dumping = query(stack, `SELECT pg_advisory_lock(${DUMP_LOCK.join()}), pg_sleep(600)`);
    const ended = dumping.catch(() => undefined);
    const up = stack.run(["up", "--yes"]);
    const [first, second] = DUMP_LOCK;
    const waiting = `SELECT count(*) FROM pg_locks WHERE classid = ${first} AND objid = ${second} AND NOT granted`;
    await eventually(async () => expect(await query(stack, waiting)).toEqual(["1"]));
    const meanwhile = await request(stack, "/");
    await query(
      stack,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_advisory_lock(%'",
    );
    await ended;
    const { exitCode, output } = await up;
    expect(exitCode, output).toBe(0);
    expect(meanwhile.status, "a dump is waited for before the page is up").toBe(200);
    seconds = (Date.now() - started) / 1000;
    const report = await load.stop();
    // Every answer came from a release or was the page, with its text; none was an error of connection or edge.
    expect(report.failed, report.detail).toBe(0);
    expect(report.pages).toBeGreaterThan(16);
    expect(report.interruptionSeconds).toBeGreaterThan(0);
    expect(report.interruptionSeconds).toBeLessThan(seconds);
    console.log(
      `recreated under load: ${report.pages} of ${report.total} requests got the page, from the first to the last ` +
        `${report.interruptionSeconds.toFixed(1)} s; ${report.failed} failed`,
    );
    expect(report.versions).toEqual(["(none)", "1.0.0", "1.1.0"]);
    expect([report.lost, report.doubled]).toEqual([[], []]);
    await assertConverged(stack, "1.1.0");
  });

  it("refuses a release that the database has passed before anything is stopped", async () => {
    const load = UnderLoad.start(stack);
    stack.setRelease("1.0.0");
    const refused = await stack.run(["up", "--yes"]);
    expect(refused.exitCode, refused.output).toBe(3);
    expect(refused.output).toContain("chg-downgrade");
    const report = await load.stop();
    expect(report.failed, report.detail).toBe(0);
    stack.setRelease("1.1.0");
    await stack.up();
    await assertConverged(stack, "1.1.0");
  });

  it("starts the old release again when the new one does not get healthy and nothing was migrated", async () => {
    expect(await fails("1.1.0-never-healthy")).toContain("by its confirmed routes this release serves: ");
    expect((await request(stack, "/version")).headers["x-product-version"]).toBe("1.1.0");
    stack.setRelease("1.1.0");
    await stack.up();
    await assertConverged(stack, "1.1.0");
  });

  it.each(FULL ? [0.35, 0.55, 0.75] : [0.55])(
    "converges after a crash at %f of the change's length",
    async (share) => {
      const [from, to] =
        (await request(stack, "/version")).headers["x-product-version"] === "1.1.0"
          ? ["1.1.0", "1.2.0"]
          : ["1.2.0", "2.0.0"];
      stack.setRelease(to!);
      const run = stack.start(["up", "--yes"]);
      await sleep(seconds * 1000 * share);
      await crash(stack, run);
      expect([200, 503]).toContain((await request(stack, "/version")).status);
      if (!(await jobSucceeds(stack)) && !(await ledger(stack)).includes(`${to}|done`)) {
        // Not migrated yet: the way back is open.
        stack.setRelease(from!);
        await stack.up();
        await assertConverged(stack, from!);
        return;
      }
      await stack.up();
      await assertConverged(stack, to!);
    },
  );
});

describe("a migrated release of such a product that does not get healthy", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
    recreated(stack);
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  it("leaves the page up, to the old configuration too, until a release that fits is there", async () => {
    stack.setRelease("1.1.0-never-healthy");
    const failed = await stack.run(["up", "--yes"]);
    expect(failed.exitCode, failed.output).toBe(1);
    expect(failed.output).toContain("the stack stays behind its maintenance page: its database was migrated");
    expect((await request(stack, "/")).status).toBe(503);

    stack.setRelease("1.0.0");
    const refused = await stack.run(["up", "--yes"]);
    expect(refused.exitCode, refused.output).toBe(1);
    expect(refused.output).toContain("restore the dump");
    expect((await request(stack, "/")).status).toBe(503);

    stack.setRelease("1.1.0");
    await stack.up();
    await assertConverged(stack, "1.1.0");
  });
});

/** Recreates, and fails soon enough for a test. */
function recreated(stack: TestStack): void {
  stack.configure((config) => {
    config.strategy = "recreate";
    config.maintenance = { message: "Back <soon>", retryAfterSeconds: 7 };
    for (const service of Object.values<Record<string, unknown>>(config.services))
      service.healthCheck = { startPeriodSeconds: 10 };
  });
}

/** The maintenance page as `recreated` sets it. */
function isPage({ status, headers, body }: Answer): boolean {
  return status === 503 && headers["retry-after"] === "7" && body.includes("Back &lt;soon&gt;");
}
