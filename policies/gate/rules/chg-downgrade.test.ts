import { cases, database, replica, update } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-downgrade";

const release = (before: unknown, after: unknown) => [
  replica({ image: before }, undefined),
  replica(undefined, { image: after }, { name: "server-2" }),
];
const recreate = (before: unknown, after: unknown) => ({
  update: update(release(before, after)),
  facts: { strategy: "recreate" as const },
});
const server = (source: unknown) => ({ mounts: [{ type: "volume", source, target: "/data" }] });
const there = server("s-restored-12");

cases(rule, {
  pass: {
    newer: recreate("v1.9", "v1.10"),
    "the same image": recreate("unknown", "unknown"),
    "rolling, whatever it is": release("v2", "v1"),
    "no release before": {
      update: update([replica(undefined, { image: "v1" })]),
      facts: { strategy: "recreate" },
    },
    "no release after": {
      update: update([replica({ image: "v1" }, undefined)]),
      facts: { strategy: "recreate" },
    },
    "back to one that is still there": {
      update: update([
        replica({ image: "v1.1" }, undefined),
        replica({ image: "v1" }, { image: "v1" }, { name: "server-2", kind: "same" }),
      ]),
      facts: { strategy: "recreate" },
    },
    "older, with a database from before": {
      update: update([
        ...release("v1.10", "v1.9"),
        database(server("s-database"), undefined),
        database(undefined, server("s-restored-12"), { name: "database-postgres-restored-12" }),
      ]),
      facts: { strategy: "recreate" },
    },
    "older, with a database from before that an interrupted run has made": {
      update: update([
        ...release("v1.10", "v1.9"),
        database(server("s-database"), undefined),
        database(there, there, { name: "database-postgres-restored-12" }),
      ]),
      facts: { strategy: "recreate" },
    },
    "older, with a database on a volume that is not known yet": {
      update: update([
        ...release("v1.10", "v1.9"),
        database(server("s-database"), undefined),
        database(undefined, server(UNKNOWN), { name: "database-postgres-restored-12" }),
      ]),
      facts: { strategy: "recreate" },
    },
    "the same version by another build": recreate("v1.0", "v1.0.0"),
  },
  fail: {
    older: [recreate("v1.10", "v1.9"), "v1.10 would become v1.9"],
    "older by a number that the newer one has not": [recreate("v1.0.1", "v1.0"), "v1.0.1 would become v1.0"],
    "older, beside a further database": [
      {
        update: update([...release("v1.10", "v1.9"), database(undefined, {})]),
        facts: { strategy: "recreate" },
      },
      "v1.10 would become v1.9",
    ],
    "older, on the same volume under another name": [
      {
        update: update([
          ...release("v1.10", "v1.9"),
          database(there, undefined),
          database(undefined, there, { name: "database-postgres-2" }),
        ]),
        facts: { strategy: "recreate" },
      },
      "v1.10 would become v1.9",
    ],
  },
  unjudgeable: {
    "old version not known": recreate("sha256:1", "v1"),
    "new version not known": recreate("v1", "sha256:1"),
    "image not known": recreate("v1", UNKNOWN),
  },
});
