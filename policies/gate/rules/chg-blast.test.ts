import { TYPES } from "../../support/types";
import { cases, change, dataVolume, database, edge, front, network, replica } from "../testing/cases";
import { rule } from "./chg-blast";

const there = {};
const [stays, goes] = [
  [there, there],
  [there, undefined],
] as const;

cases(rule, {
  pass: {
    "half of it": [edge(...goes), front(...goes), database(...stays), dataVolume(...stays)],
    "a release of everything": [
      edge(...stays),
      replica(...goes),
      replica(...goes, { service: "api" }),
      replica(undefined, there, { name: "new" }),
      change(TYPES.volume, there, undefined, { role: "service-files", service: "server" }),
    ],
    "what renews itself": [
      edge(...stays),
      change(TYPES.locallySignedCert, there, undefined),
      change(TYPES.command, there, undefined),
    ],
    "a first install": [edge(undefined, there), front(undefined, there)],
    "all changed where it is": [edge({ memory: 1 }, { memory: 2 }), database({ memory: 1 }, { memory: 2 })],
    nothing: [],
  },
  fail: {
    "more than half": [
      [edge(...goes), front(...goes), database(...stays)],
      "2 of the 3 resources that outlast a release would be deleted or replaced",
    ],
    replaced: [[edge(there, there, { kind: "replace" })], "1 of the 1 resources"],
    "networks, volumes and records": [
      [
        network(...goes),
        dataVolume(...goes),
        change(TYPES.dnsRecord, there, undefined),
        edge(...stays),
        front(...stays),
      ],
      "3 of the 5 resources",
    ],
  },
  unjudgeable: "it goes by kinds of operations and by labels, which are literal",
});
