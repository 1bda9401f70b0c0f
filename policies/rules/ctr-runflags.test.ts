import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-runflags";

cases(rule, {
  pass: {
    "left out": container(),
    "started by a cutover": container({ mustRun: false, start: false }, { role: "service" }),
    "the defaults": container({ mustRun: true, start: true, rm: false, attach: false, logs: false }),
  },
  fail: {
    mustRun: [container({ mustRun: false }), "`mustRun` is false"],
    start: [container({ start: false }), "`start` is false"],
    "never started": [container({ start: false }, { role: "service" }), "`start` is false"],
    "not kept running": [container({ mustRun: false }, { role: "service" }), "`mustRun` is false"],
    "an edge that nobody starts": container({ mustRun: false, start: false }, { role: "edge" }),
    "a user's own that calls itself a service": container(
      { mustRun: false, start: false },
      { role: "service", parents: [] },
    ),
    rm: [container({ rm: true }), "`rm` is true"],
    attach: [container({ attach: true }), "`attach` is true"],
    logs: [container({ logs: true }), "`logs` is true"],
  },
  unknown: { mustRun: container({ mustRun: UNKNOWN }), rm: container({ rm: UNKNOWN }) },
});
