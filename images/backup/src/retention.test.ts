import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expired } from "./retention";

interface Backup {
  id: string;
  sequence: number;
  kind: "scheduled" | "manual";
  begun: string;
  present: boolean;
}
const isPresent = ({ present }: Backup) => present;
const isWhole = ({ kind, present }: Backup) => kind === "scheduled" && present;

const HOUR = 3_600_000;
/** Any clock that a run may have had, right or not. */
const anyTime = fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString());
const store = fc
  .array(
    fc.record({
      kind: fc.constantFrom("scheduled" as const, "manual" as const),
      present: fc.boolean(),
      begun: anyTime,
    }),
  )
  .map((all): Backup[] =>
    all.map((each, index) => ({ ...each, sequence: index + 1, id: String(index + 1) })),
  );
const classes = { daily: fc.nat(10), weekly: fc.nat(10), monthly: fc.nat(10) };
const retention = fc.record({ last: fc.integer({ min: 1, max: 10 }), ...classes });
const lastOnly = (last: number) => ({ last, daily: 0, weekly: 0, monthly: 0 });

/** What is left of scheduled backups every so many hours from a Monday on, each one pruned for as it is made. */
function grown(count: number, hours: number, keep: Parameters<typeof expired>[1]): string[] {
  let backups: Backup[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const begun = new Date(Date.UTC(2026, 0, 5) + (sequence - 1) * hours * HOUR).toISOString();
    backups.push({ id: String(sequence), sequence, kind: "scheduled", begun, present: true });
    const gone = new Set(expired(backups, keep, isPresent));
    backups = backups.filter((backup) => !gone.has(backup));
  }
  return backups.map(({ begun }) => begun.slice(0, 13));
}

describe("what expires", () => {
  it("leaves as many scheduled backups that are whole as are to be kept, or all of them", () => {
    fc.assert(
      fc.property(store, fc.integer({ min: 1, max: 10 }), (backups, last) => {
        const gone = new Set(expired(backups, lastOnly(last), isPresent));
        const left = backups.filter((backup) => isWhole(backup) && !gone.has(backup));
        expect(left).toEqual(backups.filter(isWhole).slice(-last));
      }),
    );
  });

  it("leaves the newest whatever the clocks said, and with classes never less than without", () => {
    fc.assert(
      fc.property(store, retention, (backups, keep) => {
        const without = new Set(expired(backups, lastOnly(keep.last), isPresent));
        for (const backup of expired(backups, keep, isPresent)) expect(without.has(backup)).toBe(true);
      }),
    );
  });

  it("leaves one of each of the last days, weeks and months that have any: the newest that is whole", () => {
    fc.assert(
      fc.property(store, retention, (backups, keep) => {
        const gone = new Set(expired(backups, keep, isPresent));
        const whole = backups.filter(isWhole).reverse();
        const months = [...new Set(whole.map(({ begun }) => begun.slice(0, 7)))];
        for (const month of months.slice(0, keep.monthly))
          expect(gone.has(whole.find(({ begun }) => begun.startsWith(month))!)).toBe(false);
        const days = [...new Set(whole.map(({ begun }) => begun.slice(0, 10)))];
        for (const day of days.slice(0, keep.daily))
          expect(gone.has(whole.find(({ begun }) => begun.startsWith(day))!)).toBe(false);
        const left = whole.filter((backup) => !gone.has(backup)).length;
        expect(left).toBeLessThanOrEqual(keep.last + keep.daily + keep.weekly + keep.monthly);
      }),
    );
  });

  it("is never what somebody asked for, and is named oldest first", () => {
    fc.assert(
      fc.property(store, retention, (backups, keep) => {
        const gone = expired(backups, keep, isPresent);
        expect(gone.filter(({ kind }) => kind === "manual")).toEqual([]);
        expect(gone).toEqual([...gone].sort((a, b) => a.sequence - b.sequence));
      }),
    );
  });

  it("takes nothing of the count or of a class for what is not whole", () => {
    const backup = (sequence: number, day: string, present = true): Backup => ({
      ...{ id: String(sequence), sequence, kind: "scheduled", begun: `2026-03-${day}T04:00:00.000Z` },
      present,
    });
    const backups = [backup(1, "01"), backup(2, "02"), backup(3, "02", false), backup(4, "03", false)];
    const keep = { ...lastOnly(1), daily: 2 };
    expect(expired([...backups, backup(5, "04")], keep, isPresent).map(({ sequence }) => sequence)).toEqual([
      1, 3, 4,
    ]);
  });

  it("lets a week begin on Monday", () => {
    // From Monday, 5 January on: of the week before last its Sunday, of this one the Monday that is the newest anyway.
    expect(grown(15, 24, { ...lastOnly(1), weekly: 3 })).toEqual([
      "2026-01-11T00",
      "2026-01-18T00",
      "2026-01-19T00",
    ]);
  });

  it("thins out as backups age, and in whatever order they are pruned nothing is missing", () => {
    const keep = { last: 4, daily: 3, weekly: 2, monthly: 3 };
    // Every six hours up to the evening of Tuesday, 31 March.
    expect(grown(4 * 86, 6, keep)).toEqual([
      ...["2026-01-31T18", "2026-02-28T18", "2026-03-29T18", "2026-03-30T18"],
      ...["2026-03-31T00", "2026-03-31T06", "2026-03-31T12", "2026-03-31T18"],
    ]);
  });
});
