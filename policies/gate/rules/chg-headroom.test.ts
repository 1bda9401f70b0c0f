import { cases, database, edge, network, replica, update } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-headroom";

const MIB = { memory: 1000 };
const on = (memoryMiB: number | undefined, changes: ReturnType<typeof replica>[], recreate = false) => ({
  update: update(changes),
  facts: { memoryMiB, strategy: recreate ? ("recreate" as const) : ("rolling" as const) },
});
const stays = database(MIB, MIB, { kind: "same" });
const upgrade = [
  stays,
  replica(MIB, undefined, { name: "server-old" }),
  replica(undefined, MIB, { name: "server-new" }),
];
const sum =
  "containers with limits of 2000 MiB run and 1000 MiB would start beside them: 3000 MiB, and the host has 2999 MiB";

cases(rule, {
  pass: {
    "as much as there is": on(3000, upgrade),
    "a host of which nothing is known": on(undefined, [stays, replica(undefined, { memory: UNKNOWN })]),
    "a product that is stopped first": on(2999, upgrade, true),
    "a first install": on(1, [database(undefined, MIB), replica(undefined, MIB)]),
    "nothing that starts": on(1, [stays, replica(MIB, { memory: 900 }), edge(MIB, undefined)]),
    "a container that is stopped before the next starts": on(1999, [
      database(MIB, MIB, { kind: "replace", gap: true }),
      replica(MIB, MIB, { kind: "same" }),
    ]),
    "what is no container": on(2000, [stays, network(undefined, { memory: 9000 }), edge(undefined, MIB)]),
  },
  fail: {
    "a release beside the other": [on(2999, upgrade), sum],
    "a replacement beside the one before": [
      on(2999, [stays, edge(MIB, MIB, { kind: "replace" })]),
      "2000 MiB run and 1000 MiB would start",
    ],
    "an edge beside the one before, of a product that is stopped first": [
      on(2999, [stays, edge(MIB, MIB, { kind: "replace" })], true),
      "2000 MiB run and 1000 MiB would start",
    ],
    "whatever little runs": [
      on(1000, [database({ memory: 1 }, { memory: 1 }, { kind: "same" }), replica(undefined, MIB)]),
      "1 MiB run and 1000 MiB would start",
    ],
    "of several, once": [
      on(3999, [...upgrade, replica(undefined, MIB, { name: "server-new-2" })]),
      "server-new: containers with limits of 2000 MiB run and 2000 MiB would start",
    ],
  },
  unjudgeable: {
    "a limit that is not known": on(9000, [stays, replica(undefined, { memory: UNKNOWN })]),
    "a limit that is no number": on(9000, [stays, replica(undefined, { memory: "1000" })]),
  },
});
