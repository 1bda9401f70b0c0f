import type { Connections } from "../rule";
import { cases, database, edge, replica, update } from "../testing/cases";
import { rule } from "./chg-connections";

/** A server with one replica and a dashboard with two; two connections of others. */
const connections: Connections = {
  max: 30,
  services: { server: { open: 10, replicas: 1 }, dashboard: { open: 7, replicas: 2 } },
  others: 2,
};
const on = (max: number, changes: ReturnType<typeof replica>[], recreate = false) => ({
  update: update(changes),
  facts: {
    connections: { ...connections, max },
    strategy: recreate ? ("recreate" as const) : ("rolling" as const),
  },
});
const stays = [
  database({}, {}, { kind: "same" }),
  replica({}, {}, { kind: "same", name: "dashboard-1", service: "dashboard" }),
];
const upgrade = [
  ...stays,
  replica({}, undefined, { name: "server-old" }),
  replica(undefined, {}, { name: "server-new" }),
];
const dashboards = [
  replica({}, undefined, { name: "dashboard-old", service: "dashboard" }),
  replica(undefined, {}, { name: "dashboard-new-1", service: "dashboard" }),
  replica(undefined, {}, { name: "dashboard-new-2", service: "dashboard" }),
];

cases(rule, {
  pass: {
    "as many as the database takes": on(29, upgrade),
    "a database that nobody has asked": { ...on(0, upgrade), facts: { strategy: "rolling" } },
    "a product that is stopped first": on(1, upgrade, true),
    "nothing that starts": on(1, [...stays, replica({}, undefined, { name: "server-old" })]),
    "what is no service": on(1, [...stays, edge({}, {}, { kind: "replace" })]),
    "a service of which no replica runs": {
      ...on(19, upgrade),
      facts: {
        strategy: "rolling",
        connections: { ...connections, max: 9, services: { dashboard: { open: 7, replicas: 2 } } },
      },
    },
  },
  fail: {
    "a release beside the other": [
      on(28, upgrade),
      "server-new: 19 connections to the database are open, and what starts beside them would open 10 more: 29, and it takes 28",
    ],
    "replicas, as many as come": [on(25, dashboards), "would open 7 more: 26, and it takes 25"],
    "one of two, rounded up": [on(22, dashboards.slice(0, 2)), "would open 4 more: 23, and it takes 22"],
    "a further replica": [
      on(22, [...stays, replica(undefined, {}, { name: "dashboard-3", service: "dashboard" })]),
      "would open 4 more",
    ],
    "releases of several services": [on(35, [...upgrade, ...dashboards]), "would open 17 more: 36"],
  },
  unjudgeable: "which containers there are and will be is always known",
});
