import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-restart";

cases(rule, {
  pass: {
    "unless-stopped": container({ restart: "unless-stopped" }),
    always: container({ restart: "always" }),
    "on failure, 5 times": container({ restart: "on-failure", maxRetryCount: 5 }),
    "on failure, once": container({ restart: "on-failure", maxRetryCount: 1 }),
  },
  fail: {
    "left out": [container(), "`restart`"],
    no: [container({ restart: "no" }), "`restart`"],
    "on failure, 6 times": [container({ restart: "on-failure", maxRetryCount: 6 }), "`maxRetryCount`"],
    "on failure without end": container({ restart: "on-failure" }),
    "on failure, 0 times, which means without end": container({ restart: "on-failure", maxRetryCount: 0 }),
    "a word that Docker does not know": container({ restart: "sometimes" }),
  },
  unknown: {
    restart: container({ restart: UNKNOWN }),
    maxRetryCount: container({ restart: "on-failure", maxRetryCount: UNKNOWN }),
  },
});
