import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-cap-drop-all";

cases(rule, {
  pass: {
    ALL: container({ capabilities: { drops: ["ALL"] } }),
    CAP_ALL: container({ capabilities: { drops: ["CAP_ALL"] } }),
    "small letters, among others": container({ capabilities: { drops: ["NET_RAW", "all"] } }),
  },
  fail: {
    "left out": container(),
    "adds only": container({ capabilities: { adds: ["ALL"] } }),
    some: container({ capabilities: { drops: ["NET_RAW", "CAP_MKNOD"] } }),
    "a name that holds it": container({ capabilities: { drops: ["ALLOW"] } }),
  },
  unknown: {
    "one of them": container({ capabilities: { drops: ["ALL", UNKNOWN] } }),
    all: container({ capabilities: UNKNOWN }),
  },
});
