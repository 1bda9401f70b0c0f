import { cases, change, database, edge, front, network, replica } from "../testing/cases";
import { TYPES } from "../../support/types";
import { rule } from "./chg-rename";

const pair = (make: typeof edge) => [make({}, undefined), make(undefined, {}, { name: "new-name" })];

cases(rule, {
  pass: {
    kept: [edge({}, {}), database({}, {}), network({}, {})],
    "only made": edge(undefined, {}),
    "only deleted": network({}, undefined),
    "releases come and go": pair(replica),
    "an edge goes, a database comes": [edge({}, undefined), database(undefined, {})],
    "a volume that belongs to a release": [
      change(TYPES.volume, {}, undefined, { role: "service-files" }),
      change(TYPES.volume, undefined, {}, { role: "service-files", name: "b" }),
    ],
    "of different kinds": [network({}, undefined), change(TYPES.dockerProvider, undefined, {})],
  },
  fail: {
    front: [pair(front), "deleted and new-name made"],
    edge: [pair(edge), "deleted and new-name made"],
    database: [pair(database), "deleted and new-name made"],
    network: [pair(network), "deleted and new-name made"],
    "the front's state": [
      pair((before, after, options) =>
        change(TYPES.volume, before, after, { role: "edge-front-state", ...options }),
      ),
      "deleted and new-name made",
    ],
    "the edge's state": [
      pair((before, after, options) =>
        change(TYPES.volume, before, after, { role: "edge-state", ...options }),
      ),
      "deleted and new-name made",
    ],
    "a host": [
      pair((before, after, options) => change(TYPES.dockerProvider, before, after, options)),
      "deleted and new-name made",
    ],
  },
  unjudgeable: "what happens to a resource is always known",
});
