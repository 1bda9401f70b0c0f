import { UNKNOWN } from "../values";
import { cases, edge, replica, SECRET, update } from "../testing/cases";
import type { Update } from "../update";
import { rule } from "./chg-secret";

const file = (name: string) => `${name}_FILE=/run/strongroom/secrets/${name}`;
const given = (...names: string[]) => ({ envs: ["PORT=3000", ...names.map(file)] });
const both = given("DATABASE_PASSWORD", "SESSION_SECRET");
const one = given("DATABASE_PASSWORD");
const generations = (applied: number | undefined, next: number, ...changes: Update["changes"]) => ({
  update: update(changes),
  facts: { generations: [{ secret: "server/SESSION_SECRET", applied, next }] },
});

cases(rule, {
  pass: {
    "a new release": [
      replica(both, undefined, { name: "server-1" }),
      replica(undefined, both, { name: "server-2" }),
    ],
    "one secret more": replica(one, both),
    "a first release": replica(undefined, one),
    "a service that goes": replica(both, undefined),
    "another service": [
      replica(both, both),
      replica(one, one, { service: "dashboard", name: "dashboard-1" }),
    ],
    "another file": replica({ envs: ["HOME_FILE=/home/x"] }, { envs: [] }),
    "a text that names such a file": replica({ envs: [`NOTE=see ${file("X")}`] }, { envs: [] }),
    "a product with secrets in its environment": replica(both, { envs: SECRET }),
    "a product that had secrets in its environment": replica({ envs: SECRET }, one),
    "no service": edge(both, one),
    "the same generation": generations(2, 2),
    "the next generation": generations(2, 3),
    "a generation of which nobody knows the last": generations(undefined, 1),
  },
  fail: {
    "a secret that is no longer given": [
      [replica(both, undefined, { name: "server-1" }), replica(undefined, one, { name: "server-2" })],
      "server-2: it would no longer be given SESSION_SECRET_FILE",
    ],
    "several, by two replicas": [
      [
        replica(both, undefined, { name: "server-1" }),
        replica(both, undefined, { name: "server-2" }),
        replica(undefined, given(), { name: "server-3" }),
      ],
      "it would no longer be given DATABASE_PASSWORD_FILE, SESSION_SECRET_FILE",
    ],
    "a generation that was retired": [
      generations(2, 1),
      "test: server/SESSION_SECRET would go back from generation 2 to 1, which is retired",
    ],
  },
  unjudgeable: {
    "an environment that is not known yet": replica(both, { envs: UNKNOWN }),
    "an environment with something that is no text": replica(both, { envs: [5] }),
    "an environment with something unknown": replica(both, { envs: [UNKNOWN] }),
    "an environment before that is no list": replica({ envs: "A=b" }, both),
  },
});
