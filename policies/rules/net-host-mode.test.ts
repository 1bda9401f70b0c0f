import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./net-host-mode";

cases(rule, {
  pass: {
    "left out": container(),
    bridge: container({ networkMode: "bridge" }),
    "a network": container({ networksAdvanced: [{ name: "hosted" }] }),
    "a network whose name is not known yet": container({ networksAdvanced: [{ name: UNKNOWN }] }),
    "a name that begins alike": container({ networkMode: "hosted" }),
  },
  fail: {
    host: [container({ networkMode: "host" }), "`networkMode` is host"],
    "another container's": [container({ networkMode: "container:edge" }), "`networkMode` is container"],
    "host as a network": [
      container({ networksAdvanced: [{ name: "edge" }, { name: "host" }] }),
      "`networksAdvanced[1].name`",
    ],
  },
  unknown: {
    networkMode: container({ networkMode: UNKNOWN }),
    "all networks": container({ networksAdvanced: UNKNOWN }),
  },
});
