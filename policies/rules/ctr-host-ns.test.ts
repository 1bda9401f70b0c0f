import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-host-ns";

cases(rule, {
  pass: {
    "left out": container(),
    "its own": container({ ipcMode: "private", cgroupnsMode: "private", pidMode: "", usernsMode: "" }),
    "a name that begins alike": container({ pidMode: "hosted" }),
  },
  fail: {
    ...Object.fromEntries(
      ["pidMode", "ipcMode", "usernsMode", "cgroupnsMode"].map(
        (key) => [key, [container({ [key]: "host" }), `\`${key}\``]] as const,
      ),
    ),
    "another container's": [container({ pidMode: "container:database" }), "`pidMode` is container:database"],
    "open for others": container({ ipcMode: "shareable" }),
    "the second of two": [container({ pidMode: "", usernsMode: "host" }), "`usernsMode`"],
    cgroupParent: [container({ cgroupParent: "/" }), "`cgroupParent`"],
  },
  unknown: { pidMode: container({ pidMode: UNKNOWN }), cgroupParent: container({ cgroupParent: UNKNOWN }) },
});
