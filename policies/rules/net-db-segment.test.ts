import { cases, container, network, UNKNOWN } from "../testing/cases";
import { rule } from "./net-db-segment";

const a = network({ name: "a" }, { name: "a" });
const b = network({ name: "b" }, { name: "b" });
const fresh = network({ name: UNKNOWN }, { name: "fresh" });

const on = (name: string, role: string) => container({ networksAdvanced: [{ name }] }, { role });
const database = on("a", "database");

cases(rule, {
  pass: {
    "apart, with a service on both": [
      a,
      b,
      database,
      on("b", "edge"),
      container({ networksAdvanced: [{ name: "a" }, { name: "b" }] }, { role: "service" }),
    ],
    "what publishes nothing": [a, database, container({ networksAdvanced: [{ name: "a" }], ports: [] })],
    "no database": [a, on("a", "edge")],
    "a container of the user's own, whose labels the engine does not know": [
      a,
      container({ labels: UNKNOWN }),
    ],
  },
  fail: {
    "the edge": [a, b, database, on("a", "edge")],
    "its front": [a, b, database, on("a", "edge-front")],
    "on one of its networks": [
      a,
      b,
      database,
      container({ networksAdvanced: [{ name: "b" }, { name: "a" }] }, { role: "edge" }),
    ],
    "whatever publishes": [
      a,
      database,
      container({ networksAdvanced: [{ name: "a" }], ports: [{ internal: 80 }] }),
    ],
    "the database itself": [
      a,
      container({ networksAdvanced: [{ name: "a" }], ports: [{ internal: 5432 }] }, { role: "database" }),
    ],
    "names that are not known yet": [
      fresh,
      container(
        { networksAdvanced: [{ name: UNKNOWN }] },
        { role: "database", sources: { networksAdvanced: [fresh] } },
      ),
      container(
        { networksAdvanced: [{ name: UNKNOWN }] },
        { role: "edge", sources: { networksAdvanced: [fresh] } },
      ),
    ],
  },
  unknown: {
    "the edge's networks": [a, database, container({ networksAdvanced: UNKNOWN }, { role: "edge" })],
    "the database's networks": [a, container({ networksAdvanced: UNKNOWN }, { role: "database" })],
    ports: [a, database, container({ networksAdvanced: [{ name: "a" }], ports: UNKNOWN })],
  },
});
