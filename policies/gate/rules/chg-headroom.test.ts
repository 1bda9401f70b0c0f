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
// The release that runs, in two replicas, one that failed and is stopped, and the one that puts it right.
const corrected = (failedMiB: number) => [
  stays,
  replica({ memory: 600 }, undefined, { name: "server-runs-1", release: "runs" }),
  replica({ memory: 600 }, undefined, { name: "server-runs-2", release: "runs" }),
  replica({ memory: failedMiB }, undefined, { name: "server-failed", release: "failed" }),
  replica(undefined, MIB, { name: "server-right", release: "right" }),
];
const sum =
  "containers with limits of 2000 MiB run and 1000 MiB would start beside them: 3000 MiB, and the host has 2999 MiB";

cases(rule, {
  pass: {
    "as much as there is": on(3000, upgrade),
    "a host of which nothing is known": on(undefined, [...upgrade, replica(undefined, { memory: UNKNOWN })]),
    "a failed release that is stopped": on(3200, corrected(1000)),
    "a product that is stopped first": on(2999, upgrade, true),
    "a first install": on(1, [database(undefined, MIB), replica(undefined, MIB)]),
    "nothing that starts": on(1, [stays, replica(MIB, { memory: 900 }), edge(MIB, undefined)]),
    "a container that is stopped before the next starts": on(3000, [
      database(MIB, MIB, { kind: "replace", gap: true }),
      edge(MIB, MIB, { kind: "replace" }),
    ]),
    "what is no container": on(3000, [
      ...upgrade,
      network(undefined, { memory: 9000 }),
      network({ memory: 9000 }, undefined, { name: "network-old" }),
    ]),
    "an edge made again that was lost": on(1, [
      stays,
      replica(MIB, MIB, { kind: "same" }),
      edge(undefined, MIB),
    ]),
    "an edge made again, and a database that is stopped before the next starts": on(1, [
      database(MIB, MIB, { kind: "replace", gap: true }),
      edge(undefined, MIB),
    ]),
    "an edge made again while something else than a container goes": on(1, [
      stays,
      network({ memory: 9000 }, undefined),
      edge(undefined, MIB),
    ]),
    "a first install that is continued": on(1, [stays, replica(undefined, MIB)]),
    "a further replica": on(1, [
      stays,
      replica(MIB, MIB, { kind: "same" }),
      replica(undefined, MIB, { name: "server-2" }),
    ]),
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
    "whatever little goes": [
      on(1000, [replica({ memory: 1 }, undefined, { name: "server-old" }), replica(undefined, MIB)]),
      "1 MiB run and 1000 MiB would start",
    ],
    "a failed release that is stopped, where not even the largest and the new one fit": [
      on(3199, corrected(1000)),
      "2200 MiB run and 1000 MiB would start",
    ],
    "a failed release that was the largest": [
      on(3299, corrected(1300)),
      "2300 MiB run and 1000 MiB would start",
    ],
    "releases of several services": [
      on(3999, [...upgrade, replica(MIB, MIB, { kind: "same", service: "dashboard", name: "dashboard-1" })]),
      "3000 MiB run and 1000 MiB would start",
    ],
    "of several, once": [
      on(3999, [...upgrade, replica(undefined, MIB, { name: "server-new-2" })]),
      "server-new: containers with limits of 2000 MiB run and 2000 MiB would start",
    ],
  },
  unjudgeable: {
    "a limit that is not known": on(9000, [edge(MIB, undefined), replica(undefined, { memory: UNKNOWN })]),
    "a limit that is no number": on(9000, [edge(MIB, undefined), replica(undefined, { memory: "1000" })]),
  },
});
