import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-non-root";

cases(rule, {
  pass: {
    "a number": container({ user: "10001" }),
    "a number with a group": container({ user: "10001:0" }),
    "a name": container({ user: "node" }),
    "a name that begins alike": container({ user: "rootless" }),
  },
  fail: {
    "left out": [container(), "the image decides"],
    empty: [container({ user: " " }), "the image decides"],
    "a group only": [container({ user: ":1000" }), "the image decides"],
    0: [container({ user: "0" }), "root"],
    "0 with a group": container({ user: "0:1000" }),
    "0 written long": container({ user: "000" }),
    root: [container({ user: "root" }), "root"],
    "root with a group": container({ user: "root:node" }),
  },
  unknown: { user: container({ user: UNKNOWN }) },
});
