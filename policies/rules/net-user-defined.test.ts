import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./net-user-defined";

cases(rule, {
  pass: {
    "a network": container({ networksAdvanced: [{ name: "edge-1a2b3c4" }] }),
    "a network whose name is not known yet": container({ networksAdvanced: [{ name: UNKNOWN }] }),
    "no network at all": container({ networkMode: "none" }),
  },
  fail: {
    "left out": [container(), "names no network"],
    empty: [container({ networksAdvanced: [] }), "names no network"],
    "bridge as the mode": [container({ networkMode: "bridge" }), "names no network"],
    "bridge as a network": [
      container({ networksAdvanced: [{ name: "edge" }, { name: "bridge" }] }),
      "`networksAdvanced[1].name`",
    ],
    default: container({ networksAdvanced: [{ name: "default" }] }),
  },
  unknown: {
    networkMode: container({ networkMode: UNKNOWN }),
    "all networks": container({ networksAdvanced: UNKNOWN }),
  },
});
