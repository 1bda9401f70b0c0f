import { expect, it } from "vitest";
import { contentHash } from "../../../components/canonical";
import { unlike } from "./restore";

const tables = { "public.a": { rows: "2", checksum: "1:2" }, "public.b": { rows: "40", checksum: "3:4" } };
const receipt = { tables: 2, rows: "42", contents: contentHash(tables) };

it("a restored copy is like its receipt when every table has its rows", () => {
  expect(unlike(receipt, tables)).toBeUndefined();
  expect(unlike(receipt, { "public.b": tables["public.b"], "public.a": tables["public.a"] })).toBeUndefined();
});

it.each([
  ["a table is missing", { "public.a": { rows: "42", checksum: "1:2" } }, "it has 1 tables instead of 2"],
  [
    "a row is missing",
    { ...tables, "public.a": { rows: "1", checksum: "1:2" } },
    "it has 41 rows instead of 42",
  ],
  ["a row is another", { ...tables, "public.a": { rows: "2", checksum: "1:3" } }, "rows are others"],
  [
    "rows went to another table",
    { "public.a": tables["public.b"], "public.b": tables["public.a"] },
    "rows are others",
  ],
])("it is not when %s", (_, found, difference) => {
  expect(unlike(receipt, found)).toBe(difference);
});
