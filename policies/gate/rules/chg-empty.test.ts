import { cases, change, database, edge, front, replica } from "../testing/cases";
import { TYPES } from "../../support/types";
import { rule } from "./chg-empty";

const kept = {};

cases(rule, {
  pass: {
    kept: [edge(kept, kept), database(kept, kept)],
    "made at first": [edge(undefined, kept), database(undefined, kept)],
    replaced: edge(kept, kept, { kind: "replace" }),
    "another in its place": [edge(kept, undefined), edge(undefined, kept, { name: "other" })],
    "a service": replica(kept, undefined),
    "the label on something else": change(TYPES.volume, kept, undefined, { role: "edge" }),
    "no such part at all": [],
  },
  fail: {
    "no front": [front(kept, undefined), "without its edge-front"],
    "no edge": [edge(kept, undefined), "without its edge"],
    "no database": [[edge(kept, kept), database(kept, undefined)], "without its database"],
  },
  unjudgeable: "what happens to a resource is always known",
});
