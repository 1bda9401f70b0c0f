import { expect, it } from "vitest";
import { testReceipt } from "../../operations/backup/testing";
import { lossOf } from "./loss";

const now = new Date("2026-03-01T07:10:00Z");

it("says from when the backup is, how long ago that is, and how many rows it has", () => {
  expect(lossOf(testReceipt, 50, now)).toEqual([
    "the backup is of 2026-03-01T04:00:00.000Z: what was written in the 3 h since then is not in it",
    "it has 42 rows in 3 tables; now there are about 50",
  ]);
});

it("says so when the database cannot be asked", () => {
  expect(lossOf(testReceipt, undefined, now)[1]).toContain("the database in service cannot be asked");
});
