import { cases, OURS, container, network, UNKNOWN } from "../testing/cases";
import { rule } from "./net-db-internal";

const closed = network({ name: "closed", internal: true }, { name: "closed" });
const open = network({ name: "open" }, { name: "open" });
const fresh = network({ name: UNKNOWN, internal: true }, { name: "fresh" });
const freshOpen = network({ name: UNKNOWN, internal: false }, { name: "fresh" });

const on = (names: string[]) =>
  container({ networksAdvanced: names.map((name) => ({ name })) }, { role: "database" });

cases(rule, {
  pass: {
    "an internal network": [closed, on(["closed"])],
    "one whose name is not known yet": [
      fresh,
      container(
        { networksAdvanced: [{ name: UNKNOWN }] },
        { role: "database", sources: { networksAdvanced: [fresh] } },
      ),
    ],
    "a service on another": [open, container({ networksAdvanced: [{ name: "open" }] }, { role: "service" })],
    "a container of the user's own, whose labels the engine does not know": [
      closed,
      container({ labels: UNKNOWN }),
    ],
  },
  fail: {
    "an open network": [[open, on(["open"])], "not internal: open"],
    "one of two": [open, closed, on(["closed", "open"])],
    "no network": [[closed, on([])], "on no network"],
    "a network of somebody else": [[closed, on(["office"])], "on no network"],
    "an open one whose name is not known yet": [
      freshOpen,
      container(
        { networksAdvanced: [{ name: UNKNOWN }] },
        { role: "database", sources: { networksAdvanced: [freshOpen] } },
      ),
    ],
  },
  unknown: {
    internal: [network({ name: "n", internal: UNKNOWN }), on(["n"])],
    networks: [closed, container({ networksAdvanced: UNKNOWN }, { role: "database" })],
    role: [closed, container({ labels: UNKNOWN }, OURS)],
  },
});
