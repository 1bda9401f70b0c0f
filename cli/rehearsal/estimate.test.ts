import { describe, expect, it } from "vitest";
import { FACTS, replica, update } from "../../policies/gate/testing/changes";
import { migrationEstimate } from "./estimate";
import type { RehearsalRecord } from "./record";

const upgrade = [
  replica({ image: "v1.0" }, undefined, { release: "aaa" }),
  replica(undefined, { image: "v1.1" }, { release: "bbb", name: "server-2" }),
];
const rehearsal: RehearsalRecord = {
  image: "v1.1",
  version: "1.1",
  endedAt: "2026-11-23T09:00:00Z",
  databaseBytes: 3 * 1024 ** 2,
  copySeconds: 20,
  migration: "job",
  migrationSeconds: 61.2,
  readySeconds: { server: 4, dashboard: 6.5 },
};
const estimate = (
  changes = upgrade,
  rehearsals = [rehearsal],
  strategy: "rolling" | "recreate" = "rolling",
) =>
  migrationEstimate({
    update: update(changes),
    service: "server",
    facts: { ...FACTS, strategy, versionOf: (image) => image.slice(1) },
    rehearsals,
    now: new Date("2026-11-23T12:00:00Z"),
    stackOption: " --stack prod",
  });

describe("the estimate of a migration", () => {
  it("is the length of the last rehearsal of the image that comes, with its age and release", () => {
    expect(estimate()).toBe(
      "about 1 min 2 s, while the old release serves, as rehearsed with 1.1 3 h ago on a copy of 3.0 MiB",
    );
  });

  it("is the whole interruption where the old release is stopped: dump, migration and the slowest start", () => {
    expect(estimate(upgrade, [rehearsal], "recreate")).toBe(
      "interruption of about 1 min 28 s, 1 min 2 s of it the migration, as rehearsed with 1.1 3 h ago on a copy of 3.0 MiB",
    );
    const onStart: RehearsalRecord = { ...rehearsal, migration: "on-start", migrationSeconds: 4 };
    expect(estimate(upgrade, [onStart], "recreate")).toMatch(/^interruption of about 27 s, as rehearsed/);
    const done: RehearsalRecord = { ...rehearsal, migration: "done", migrationSeconds: 0 };
    expect(estimate(upgrade, [done], "recreate")).toMatch(/^interruption of about 7 s, as rehearsed/);
    expect(estimate(upgrade, [done])).toMatch(/^none, as rehearsed .*: the database is at this release$/);
  });

  it("says that the rehearsal failed, and why", () => {
    const { image, version, endedAt } = rehearsal;
    expect(estimate(upgrade, [{ image, version, endedAt, failure: "exit code 1" }])).toBe(
      "FAILED in the rehearsal of 1.1 3 h ago: exit code 1",
    );
  });

  it("goes by no rehearsal of another image, and names the command", () => {
    expect(estimate(upgrade, [{ ...rehearsal, image: "v1.2" }])).toBe(
      "not rehearsed; ./strongroom rehearse --stack prod tells how long it takes",
    );
  });

  it("is none where no other image comes, for an older one that nobody rehearsed, and for a new service", () => {
    expect(estimate([replica({ image: "v1.1" }, { image: "v1.1" }, { kind: "replace" })])).toBeUndefined();
    expect(estimate([replica(undefined, { image: "v1.1" })])).toBeUndefined();
    const back = [
      replica({ image: "v1.2" }, undefined, { release: "ccc" }),
      replica(undefined, { image: "v1.1" }, { release: "bbb", name: "server-2" }),
    ];
    expect(estimate(back, [])).toBeUndefined();
    expect(estimate(back)).toMatch(/^about 1 min 2 s/);
  });
});
