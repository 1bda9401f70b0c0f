import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-log-bounded";

cases(rule, {
  pass: {
    local: container({ logDriver: "local" }),
    "json-file with a bound": container({ logDriver: "json-file", logOpts: { "max-size": "10m" } }),
    "the default with a bound": container({ logOpts: { "max-size": "10m" } }),
    "another system": container({ logDriver: "syslog" }),
  },
  fail: {
    none: [container({ logDriver: "none" }), "is none"],
    "left out": [container(), "without `logOpts` max-size"],
    "json-file": container({ logDriver: "json-file", logOpts: { "max-file": "3" } }),
    "json-file without a bound": container({ logDriver: "json-file", logOpts: { "max-size": "-1" } }),
  },
  unknown: {
    logDriver: container({ logDriver: UNKNOWN }),
    "max-size": container({ logOpts: { "max-size": UNKNOWN } }),
  },
});
