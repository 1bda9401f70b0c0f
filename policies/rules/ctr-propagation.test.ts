import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-propagation";

cases(rule, {
  pass: {
    "left out": container({ mounts: [{ type: "bind", source: "/srv", target: "/x" }] }),
    private: container({ mounts: [{ bindOptions: { propagation: "rprivate" } }] }),
    slave: container({ mounts: [{ bindOptions: { propagation: "rslave" } }] }),
  },
  fail: {
    shared: [
      container({ mounts: [{ bindOptions: { propagation: "shared" } }] }),
      "`mounts[0].bindOptions.propagation` is shared",
    ],
    "rshared, the second": [
      container({ mounts: [{}, { bindOptions: { propagation: "rshared" } }] }),
      "`mounts[1].bindOptions.propagation` is rshared",
    ],
  },
  unknown: { propagation: container({ mounts: [{ bindOptions: { propagation: UNKNOWN } }] }) },
});
