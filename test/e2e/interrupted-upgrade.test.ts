import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { request } from "./support/http";
import { assertConverged, crash, FULL, killRun } from "./support/interruption";
import { itemsInDump, ledger, query } from "./support/ledger";
import { TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

/** Points of the upgrade's length, each by both signals; what is tried next, the same or the old configuration, alternates. */
const points = Array.from({ length: 10 }, (_, index) => Math.round((100 * (index + 1)) / 11));
const signals = ["SIGKILL", "SIGINT"] as const;
const cases = points.flatMap((percent, index) =>
  signals.map((signal, which) => [signal, percent, (index + which) % 2 === 0 ? "1.1.0" : "1.0.0"] as const),
);

/** Too long for CI, which has the crashes of recreate.test.ts, migration.test.ts and interrupted.test.ts. */
describe.runIf(FULL).each(["rolling", "recreate"] as const)("an upgrade with a migration, %s", (strategy) => {
  let stack: TestStack;
  let seconds = 0;

  const begin = async () => {
    stack = await TestStack.create();
    stack.configure((config) => {
      config.strategy = strategy;
      for (const service of Object.values<Record<string, unknown>>(config.services))
        service.healthCheck = { startPeriodSeconds: 10 };
    });
    await stack.up();
  };
  beforeAll(async () => {
    await begin();
    try {
      stack.setRelease("1.1.0");
      const started = Date.now();
      await stack.up();
      seconds = (Date.now() - started) / 1000;
    } finally {
      await stack.destroy();
    }
  });
  // A migration happens once to a database, so each case has a stack of its own.
  beforeEach(begin);
  afterEach(() => stack?.destroy());

  it.each(cases)(
    "by %s at %i percent of its length, then %s, then the other, loses nothing",
    async (signal, percent, next) => {
      const load = UnderLoad.start(stack);
      stack.setRelease("1.1.0");
      const run = stack.start(["up", "--yes"]);
      await sleep((seconds * 1000 * percent) / 100);
      await (signal === "SIGKILL" ? crash(stack, run) : killRun(run, signal));
      expect(strategy === "rolling" ? [200] : [200, 503]).toContain(
        (await request(stack, "/version")).status,
      );

      const other = next === "1.1.0" ? "1.0.0" : "1.1.0";
      await goTo(next);
      const version = await goTo(other);
      const report = await load.stop();
      await assertConverged(stack, version);

      const failures = new Set(report.reports.flatMap(({ failures }) => Object.keys(failures)));
      expect([...failures], report.detail).toEqual(
        strategy === "recreate" && failures.size > 0 ? ["status 503"] : [],
      );
      expect([report.lost, report.doubled]).toEqual([[], []]);
      const done = (await ledger(stack)).filter((row) => row === "1.1.0|done");
      expect(done.length).toBeLessThanOrEqual(1);
      if (version === "1.1.0") expect(done).toHaveLength(1);
      await assertDumpIsNotOlder();
    },
  );

  /**
   * Applies that release's configuration. The way back is closed to a product that is recreated once its database was
   * migrated: then it must be refused, and nothing else may have happened.
   * @returns the release that runs then
   */
  async function goTo(release: string): Promise<string> {
    stack.setRelease(release);
    const up = await stack.run(["up", "--yes"]);
    const closed =
      strategy === "recreate" && release === "1.0.0" && (await ledger(stack)).includes("1.1.0|done");
    expect(up.exitCode === 0, up.output).toBe(!closed);
    if (!closed) return release;
    stack.setRelease("1.1.0");
    await stack.up();
    return "1.1.0";
  }

  /** Every item that was there when the dump before the migration began is in that dump. */
  async function assertDumpIsNotOlder(): Promise<void> {
    const [row] = await query(
      stack,
      "SELECT dump, to_char(started_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.US') FROM strongroom.migrations WHERE result = 'done' AND version = '1.1.0'",
    );
    if (!row) return;
    const [dump, recorded] = row.split("|");
    // With the maintenance page up nothing was written between the dump and its record; else its name has its second.
    const [, y, mo, d, h, mi, s] = /(\d{4})(\d\d)(\d\d)T?(\d\d)(\d\d)(\d\d)/.exec(dump!.replace(/-/g, ""))!;
    const before = strategy === "recreate" ? recorded! : `${y}-${mo}-${d}T${h}:${mi}:${s}`;
    const written = await query(stack, `SELECT id FROM items WHERE created_at < '${before}Z' ORDER BY id`);
    const dumped = new Set(await itemsInDump(stack, dump!));
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((id) => !dumped.has(id))).toEqual([]);
  }
});
