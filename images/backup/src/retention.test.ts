import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expired } from "./retention";

const store = fc
  .array(fc.record({ kind: fc.constantFrom("scheduled" as const, "manual" as const), present: fc.boolean() }))
  .map((all) => all.map((backup, index) => ({ ...backup, sequence: index + 1, id: String(index + 1) })));
type Backup = { id: string; sequence: number; kind: "scheduled" | "manual"; present: boolean };
const isPresent = ({ present }: Backup) => present;

describe("what expires", () => {
  it("leaves as many scheduled backups that are whole as are to be kept, or all of them", () => {
    fc.assert(
      fc.property(store, fc.integer({ min: 1, max: 10 }), (backups, keep) => {
        const whole = (list: Backup[]) => list.filter((b) => b.kind === "scheduled" && b.present).length;
        const gone = new Set(expired(backups, keep, isPresent));
        expect(whole(backups.filter((backup) => !gone.has(backup)))).toBe(Math.min(keep, whole(backups)));
      }),
    );
  });

  it("is never what somebody asked for, and never newer than something that is kept", () => {
    fc.assert(
      fc.property(store, fc.integer({ min: 1, max: 10 }), (backups, keep) => {
        const gone = expired(backups, keep, isPresent);
        expect(gone.filter(({ kind }) => kind === "manual")).toEqual([]);
        const newestGone = Math.max(0, ...gone.map(({ sequence }) => sequence));
        const kept = backups.filter((b) => b.kind === "scheduled" && !gone.includes(b));
        for (const { sequence } of kept) expect(sequence).toBeGreaterThan(newestGone);
      }),
    );
  });
});
