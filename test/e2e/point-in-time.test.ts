import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StretchListing, WalListing } from "../../operations/backup/wal";
import { type AgeKey, ageKeys, buildBackupImage } from "./support/backups";
import { FULL } from "./support/interruption";
import { query } from "./support/ledger";
import { docker, TestStack } from "./support/test-stack";

describe.runIf(FULL)("point in time recovery", () => {
  let stack: TestStack;
  let keys: AgeKey[] = [];

  beforeAll(async () => {
    stack = await TestStack.create();
    keys = await ageKeys(await buildBackupImage(stack), 2);
    stack.configure((config) => {
      config.backup = {
        image: { build: "backup", tag: "15" },
        recipients: keys.map(({ recipient }) => recipient),
        pointInTime: { slotMiB: 64 },
      };
    });
    await stack.up();
    await query(
      stack,
      "CREATE TABLE ticks (id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())",
    );
    await withBase();
  });
  afterAll(() => stack?.destroy());

  const sidecar = async () => (await stack.containers("wal"))[0]!;
  const stretches = async () =>
    (JSON.parse(await docker("exec", await sidecar(), "node", "/app/main.js", "wal-list")) as WalListing)
      .stretches;
  const latest = async (): Promise<StretchListing> => (await stretches()).at(-1)!;
  /** Waits until the newest stretch has a base backup. */
  const withBase = (number = 1) =>
    until(async () => {
      const { stretch, bases } = await latest();
      return stretch.number >= number && bases.length > 0;
    });
  /** Waits until what was committed up to now is archived. */
  const archived = async (time = Date.now()) =>
    until(async () => Date.parse((await latest()).reached?.receipt.time ?? "") >= time);
  const insert = (id: number) => query(stack, `INSERT INTO ticks (id) VALUES (${id})`);
  const ids = async () => (await query(stack, "SELECT id FROM ticks ORDER BY id")).map(Number);
  const health = async () => docker("inspect", "--format={{.State.Health.Status}}", await sidecar());
  const restore = async (time: string, as: string) => {
    await stack.mustRun(["restore", time, "--as", as]);
    const { exitCode, output } = await stack.start(["up", "--yes", "--identity"], {
      input: `${keys[0]!.identity}\n`,
    });
    expect(exitCode, output).toBe(0);
    return output;
  };

  it("says which times can be restored, and refuses others before anything is touched", async () => {
    await insert(1);
    await archived();
    const { bases, reached } = await latest();
    expect(await stack.mustRun(["backup", "list"])).toContain(`any time\t${bases[0]!.receipt.consistent}\t`);
    const refused = async (time: string, why: string) => {
      const { exitCode, output } = await stack.run(["restore", time]);
      expect(exitCode, output).toBe(1);
      expect(output).toContain(why);
    };
    await refused("2020-01-01T00:00:00Z", `the first base backup is of ${bases[0]!.receipt.consistent}`);
    await refused(new Date(Date.now() + 3_600_000).toISOString(), "the log reaches up to");
    expect(reached!.receipt.partial!.name).toMatch(/^00000001/);
    const plain = await docker(
      "exec",
      await sidecar(),
      "sh",
      "-c",
      "cd /var/lib/strongroom-wal/archive/*/*; head -c 21 *.age",
    );
    expect(plain.match(/age-encryption.org\/v1/g)!.length).toBeGreaterThan(1);
  });

  it("goes on without a gap when the receiver is killed", async () => {
    await docker("exec", await sidecar(), "sh", "-c", "kill -9 $(pidof pg_receivewal)");
    await insert(2);
    await archived();
    expect(await stretches()).toHaveLength(1);
  });

  it("restores exactly what was committed up to an instant", async () => {
    await insert(10);
    const before = await ids();
    await sleep(300);
    const time = new Date().toISOString();
    await sleep(300);
    await insert(11);
    await archived();
    const output = await restore(time, "instant");
    expect(output).toContain(`restored to ${time}`);
    expect(await ids()).toEqual(before);
    expect((await stack.run(["preview", "--expect-no-changes"])).exitCode).toBe(0);
    await withBase(2);
    expect((await latest()).stretch).toMatchObject({ timeline: 2, cause: "another timeline" });
  });

  it("raises the alarm for a slot that was lost, until there is a base backup from after it", async () => {
    const number = (await latest()).stretch.number;
    const container = await sidecar();
    await docker("stop", container);
    for (let n = 0; n < 8; n++)
      await query(stack, `INSERT INTO ticks (id) VALUES (${100 + n}); SELECT pg_switch_wal()`);
    await query(stack, "CHECKPOINT");
    expect(await query(stack, "SELECT wal_status FROM pg_replication_slots")).toEqual(["lost"]);
    expect((await stack.run(["backup", "verify"])).output).toContain(
      "the sidecar that keeps the log does not run",
    );
    await docker("start", container);
    await withBase(number + 1);
    expect((await latest()).stretch.cause).toBe("the slot was lost");
    await until(async () => (await health()) === "healthy");
  });

  it("loses less than a minute when the database's volume is destroyed", async () => {
    const log: { id: number; at: number }[] = [];
    const started = Date.now();
    for (let id = 1000; Date.now() - started < 50_000; id++) {
      await insert(id);
      log.push({ id, at: Date.now() });
    }
    const [server] = await stack.containers("database");
    await docker("kill", server!);
    const mount = `type=volume,source=strongroom-${stack.name}-instant,target=/data`;
    const image = await docker("inspect", "--format={{.Image}}", server!);
    await docker(
      "run",
      "--rm",
      "--user=0",
      "--mount",
      mount,
      "--entrypoint=sh",
      image,
      "-c",
      "rm -rf /data/pgdata",
    );
    const time = (await latest()).reached!.receipt.time;
    await restore(time, "after-loss");
    const there = await ids();
    const kept = log.filter(({ id }) => there.includes(id));
    const lost = log.filter(({ id }) => !there.includes(id));
    console.log(
      JSON.stringify({
        written: log.length,
        kept: kept.length,
        lost: lost.length,
        lossSeconds: lost.length ? (log.at(-1)!.at - lost[0]!.at) / 1000 : 0,
      }),
    );
    expect(kept.length).toBeGreaterThan(0);
    expect(log.at(-1)!.at - (lost[0]?.at ?? log.at(-1)!.at)).toBeLessThan(60_000);
    // No row is missing before the first that is.
    expect(kept).toEqual(log.slice(0, kept.length));
  });
});

/** Asks until it is so. @throws Error after two minutes */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 120_000; !(await isSo().catch(() => false)); await sleep(500))
    if (Date.now() > deadline) throw new Error("it never comes to that");
}
