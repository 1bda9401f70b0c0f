import { describe, expect, it } from "vitest";
import { differences } from "./contents";

const table = (rows: number, checksum = "1:2") => ({ rows: String(rows), checksum });
const at = (value: number, called = true) => ({ s: { value: String(value), called } });
const equal = { tables: { a: table(3) }, before: at(5), after: at(7) };

describe("the differences between a snapshot and its restored copy", () => {
  it("are none when tables are equal and sequences stand where the dump can have seen them", () => {
    for (const value of [5, 6, 7]) {
      expect(differences(equal, { tables: { a: table(3) }, sequences: at(value) })).toEqual([]);
      const falling = { ...equal, before: at(7), after: at(5) };
      expect(differences(falling, { tables: { a: table(3) }, sequences: at(value) })).toEqual([]);
    }
  });

  it.each([
    [
      "a table has fewer rows",
      { tables: { a: table(2) }, sequences: at(6) },
      "table a has 2 rows instead of 3",
    ],
    ["a row is another", { tables: { a: table(3, "1:3") }, sequences: at(6) }, "table a has other rows"],
    ["a table is missing", { tables: {}, sequences: at(6) }, "table a is missing from the restored copy"],
    [
      "there is a table more",
      { tables: { a: table(3), b: table(0) }, sequences: at(6) },
      "table b is only in the restored copy",
    ],
    ["a sequence fell behind", { tables: { a: table(3) }, sequences: at(4) }, "sequence s stands at 4"],
    ["a sequence ran ahead", { tables: { a: table(3) }, sequences: at(8) }, "sequence s stands at 8"],
    ["a sequence is missing", { tables: { a: table(3) }, sequences: {} }, "sequence s is missing"],
  ])("are named when %s", (_, restored, difference) => {
    expect(differences(equal, restored)).toEqual([difference]);
  });

  it("count a value that a sequence that stood still has given out or not", () => {
    const still = { tables: {}, before: at(1, false), after: at(1, false) };
    expect(differences(still, { tables: {}, sequences: at(1, false) })).toEqual([]);
    expect(differences(still, { tables: {}, sequences: at(1) })).toEqual(["sequence s stands at 1"]);
  });
});
