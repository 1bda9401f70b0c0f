import { cases, change, database, edge, front, network, replica, SECRET } from "../testing/cases";
import { TYPES } from "../../support/types";
import { UNKNOWN } from "../values";
import { rule } from "./chg-rename";

const on = (...volumes: unknown[]) => ({
  mounts: volumes.map((source) => ({ type: "volume", source, target: "/data" })),
});
const moved = (from: unknown[], to: unknown[]) => [
  database(on(...from), undefined),
  database(undefined, on(...to), { name: "new-name" }),
];

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
    "a database comes on another volume": moved(["old"], ["restored"]),
    "of different kinds": [network({}, undefined), change(TYPES.dockerProvider, undefined, {})],
  },
  fail: {
    front: [pair(front), "deleted and new-name made"],
    edge: [pair(edge), "deleted and new-name made"],
    database: [pair(database), "deleted and new-name made"],
    "a database on the same volume": [moved(["old"], ["old"]), "deleted and new-name made"],
    "a database on the same volume too": [moved(["old"], ["a", "old"]), "deleted and new-name made"],
    "an edge on another volume": [
      [edge(on("old"), undefined), edge(undefined, on("new"), { name: "new-name" })],
      "deleted and new-name made",
    ],
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
  unjudgeable: {
    "mounts of another form": [
      database({ mounts: ["old"] }, undefined),
      database(undefined, on("restored"), { name: "new-name" }),
    ],
    "volume that the database leaves not known": moved([UNKNOWN], ["restored"]),
    "volume that it comes on secret": moved(["old"], [SECRET]),
  },
});
