import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-cpu";

cases(rule, {
  pass: {
    cpus: container({ cpus: "0.5" }),
    cpuQuota: container({ cpuQuota: 50_000 }),
    cpuShares: container({ cpuShares: 1 }),
  },
  fail: {
    "left out": container(),
    0: container({ cpus: "0", cpuQuota: 0, cpuShares: 0 }),
    "no limit": container({ cpuQuota: -1 }),
  },
  unknown: { cpus: container({ cpus: UNKNOWN }) },
});
