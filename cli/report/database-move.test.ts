import { expect, it } from "vitest";
import { change, database, SECRET } from "../../policies/gate/testing/changes";
import { TYPES } from "../../policies/support/types";
import { databaseMoveOf } from "./database-move";

const now = new Date("2026-03-01T07:10:00Z");
const server = (source: unknown) => ({ mounts: [{ type: "volume", source, target: "/data" }] });
const volume = (name: string, from?: string) =>
  change(TYPES.volume, undefined, {
    name,
    labels: from === undefined ? [] : [{ label: "strongroom.restored-from", value: from }],
  });
const moved = (to: unknown) => [database(server("s-database"), undefined), database(undefined, server(to))];

it("says how old the backup is and what stays", () => {
  const changes = [...moved("s-restored-12"), volume("s-restored-12", "000012-20260301T040000Z")];
  expect(databaseMoveOf({ changes }, now)).toEqual([
    "the product moves to volume s-restored-12, restored from backup 000012-20260301T040000Z: what was written in the 3 h since then is not there",
    "volume s-database stays on its host with all that it holds",
  ]);
});

it("says which time is restored and how long ago that is", () => {
  const changes = [...moved("s-then"), volume("s-then", "2026-03-01T04:10:00Z")];
  expect(databaseMoveOf({ changes }, now)[0]).toBe(
    "the product moves to volume s-then, restored to 2026-03-01T04:10:00Z: what was written in the 3 h since then is not there",
  );
});

it("says that a way back loses what was written since", () => {
  const changes = [...moved("s-other"), volume("s-other")];
  expect(databaseMoveOf({ changes }, now)[0]).toBe(
    "the product moves back to volume s-other: what was written since it left it is not there",
  );
});

it("says nothing while the product stays where it is, or of what it cannot know", () => {
  expect(databaseMoveOf({ changes: [database(server("a"), server("a"))] }, now)).toEqual([]);
  expect(databaseMoveOf({ changes: moved(SECRET) }, now)).toEqual([]);
});
