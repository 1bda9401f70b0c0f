import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-runflags";

cases(rule, {
  pass: {
    "left out": container(),
    "the defaults": container({ mustRun: true, start: true, rm: false, attach: false, logs: false }),
  },
  fail: {
    mustRun: [container({ mustRun: false }), "`mustRun` is false"],
    start: [container({ start: false }), "`start` is false"],
    rm: [container({ rm: true }), "`rm` is true"],
    attach: [container({ attach: true }), "`attach` is true"],
    logs: [container({ logs: true }), "`logs` is true"],
  },
  unknown: { mustRun: container({ mustRun: UNKNOWN }), rm: container({ rm: UNKNOWN }) },
});
