import { cases, change, database, dataVolume, SECRET, update } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-db-leave";

const FIRST = "strongroom-test-database";
const RESTORED = "strongroom-test-restored-12";
const on = (source: unknown) => ({ mounts: [{ type: "volume", source }] });
const kept = { $: { protect: true } };
const first = dataVolume({ name: FIRST, ...kept }, { name: FIRST, ...kept });
const leaves = dataVolume({ name: RESTORED }, undefined);
const gone = (source: unknown) => database(on(source), undefined, { name: "database-postgres-restored-12" });
const come = (source: unknown) => database(undefined, on(source));
const back = [first, leaves, gone(RESTORED), come(FIRST)];

cases(rule, {
  pass: {
    "asked for": { update: update(back), facts: { leave: RESTORED } },
    "to a restored one": [
      first,
      dataVolume(undefined, { name: RESTORED }),
      database(on(FIRST), undefined),
      database(undefined, on(RESTORED), { name: "database-postgres-restored-12" }),
    ],
    "to another restored one": [
      first,
      leaves,
      dataVolume({ name: "other" }, { name: "other" }),
      gone(RESTORED),
      come("other"),
    ],
    "the first server was not yet removed": [
      first,
      leaves,
      gone(RESTORED),
      database(on(FIRST), on(FIRST), { kind: "same" }),
    ],
    "the restored one stays": [
      first,
      dataVolume({ name: RESTORED }, { name: RESTORED }),
      gone(RESTORED),
      come(FIRST),
    ],
    "something else leaves": [first, dataVolume({ name: "other" }, undefined), gone(RESTORED), come(FIRST)],
    "of another role": [
      first,
      change(TYPES.volume, { name: RESTORED }, undefined, { role: "backup-data" }),
      gone(RESTORED),
      come(FIRST),
    ],
    "of another type": [
      first,
      change(TYPES.container, { name: RESTORED }, undefined, { role: "database-data" }),
      gone(RESTORED),
      come(FIRST),
    ],
    "no move": [first, leaves, database(on(FIRST), on(FIRST))],
  },
  fail: {
    "without a word": [back, "would leave the restored volume strongroom-test-restored-12"],
    "another one named": [
      { update: update(back), facts: { leave: FIRST } },
      "would leave the restored volume strongroom-test-restored-12",
    ],
    "to one that is made again": [
      [dataVolume(undefined, { name: FIRST, ...kept }), leaves, gone(RESTORED), come(FIRST)],
      "would leave the restored volume strongroom-test-restored-12 for an empty one",
    ],
    "to one that is made again, asked for": [
      {
        update: update([
          dataVolume(undefined, { name: FIRST, ...kept }),
          leaves,
          gone(RESTORED),
          come(FIRST),
        ]),
        facts: { leave: RESTORED },
      },
      "for an empty one",
    ],
  },
  unjudgeable: {
    "volume not known": [first, leaves, gone(RESTORED), come(UNKNOWN)],
    "volume secret": [first, leaves, gone(SECRET), come(FIRST)],
  },
});
