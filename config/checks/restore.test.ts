import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, settingsOf, testDigest, withValue } from "../testing";

const recipient = `age1${"q".repeat(58)}`;
const backup = { image: { id: testDigest }, recipients: [recipient, `age1${"p".repeat(58)}`] };
const from = "000012-20260301T040000Z";
const restored = (restore: unknown, raw = withValue(demoRaw(), "backup", backup)) =>
  withValue(raw, "database/restore", restore);

describe("checkRestore", () => {
  it("serves the new volume under a name of its own, and knows the one beside it", () => {
    const { database } = settingsOf(restored({ from, as: "restored-12" }));
    expect(database).toMatchObject({
      volume: "restored-12",
      hostname: "database-restored-12",
      restored: { from, beside: "database" },
    });
    const before = settingsOf(withValue(demoRaw(), "backup", backup)).database;
    expect(before).toMatchObject({ volume: "database", hostname: "database" });
    expect(before.restored).toBeUndefined();
    const named = withValue(withValue(demoRaw(), "backup", backup), "database/volume", "data");
    expect(settingsOf(named).database).toMatchObject({ volume: "data", hostname: "database" });
    expect(settingsOf(restored({ from, as: "restored-12" }, named)).database).toMatchObject({
      hostname: "database-restored-12",
      restored: { from, beside: "data" },
    });
  });

  it("knows the restored volume that is to be left, and refuses to leave the one to be served", () => {
    const left = (name: string, raw = demoRaw()) => withValue(raw, "database/leave", name);
    expect(settingsOf(left("restored-12")).database).toMatchObject({
      volume: "database",
      leave: "restored-12",
    });
    expect(pathsOf(left("database"))).toEqual(["database.leave"]);
    expect(pathsOf(left("restored-12", restored({ from, as: "restored-12" })))).toEqual(["database.leave"]);
    expect(pathsOf(left("restored-12", restored({ from, as: "restored-20" })))).toEqual([]);
  });

  it("refuses to restore over the volume in service", () => {
    const [problem] = problemsOf(restored({ from, as: "database" }));
    expect(problem).toMatchObject({
      path: "database.restore.as",
      reason: expect.stringContaining("in service"),
    });
  });

  it.each(["backups", "dumps", "restore", "wal"])("refuses the name of another volume: %s", (as) => {
    expect(pathsOf(restored({ from, as }))).toEqual(["database.restore.as"]);
  });

  it("refuses a restore without backups", () => {
    expect(pathsOf(restored({ from, as: "restored-12" }, demoRaw()))).toEqual(["database.restore"]);
  });

  it("takes a time where the log is archived, and none that there is not", () => {
    const time = "2026-03-01T04:12:30Z";
    const archived = withValue(demoRaw(), "backup", { ...backup, pointInTime: {} });
    const { database } = settingsOf(restored({ from: time, as: "then" }, archived));
    expect(database.restored).toEqual({ from: time, beside: "database" });
    expect(database.wal).toMatchObject({ role: "vault_wal", slotMiB: 4096 });
    expect(problemsOf(restored({ from: time, as: "then" }))[0]).toMatchObject({
      path: "database.restore.from",
      reason: expect.stringContaining("no archive of the log"),
    });
    for (const bad of ["2026-13-01T04:12:30Z", "2026-03-01T25:12:30Z", "2026-03-01T04:12:30", "2026-03-01"])
      expect(pathsOf(restored({ from: bad, as: "then" }, archived)), bad).toEqual(["database.restore.from"]);
  });

  it.each(["latest", "../000012-20260301T040000Z", "12"])("refuses what is no backup's id: %s", (id) => {
    expect(pathsOf(restored({ from: id, as: "restored-12" }))).toEqual(["database.restore.from"]);
  });
});
