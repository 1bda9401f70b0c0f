import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-healthcheck";

cases(rule, {
  pass: {
    "a command": container({ healthcheck: { tests: ["CMD", "program", "healthcheck"] } }),
    "a command for the shell": container({ healthcheck: { tests: ["CMD-SHELL", "true"] } }),
  },
  fail: {
    "left out": [container(), "is not set"],
    empty: [container({ healthcheck: { tests: [] } }), "is not set"],
    "a way to run nothing": [container({ healthcheck: { tests: ["CMD"] } }), "is not set"],
    NONE: [container({ healthcheck: { tests: ["NONE"] } }), "switches"],
    "NONE with more": [container({ healthcheck: { tests: ["NONE", "x"] } }), "switches"],
  },
  unknown: {
    tests: container({ healthcheck: { tests: UNKNOWN } }),
    healthcheck: container({ healthcheck: UNKNOWN }),
  },
});
