import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-devices";

cases(rule, {
  pass: { "left out": container(), empty: container({ devices: [], gpus: "" }) },
  fail: {
    devices: [container({ devices: [{ hostPath: "/dev/sda" }] }), "`devices`"],
    deviceRequests: [container({ deviceRequests: [{ driver: "nvidia" }] }), "`deviceRequests`"],
    deviceCgroupRules: [container({ deviceCgroupRules: ["c 1:3 mr"] }), "`deviceCgroupRules`"],
    gpus: [container({ gpus: "all" }), "`gpus`"],
  },
  unknown: { gpus: container({ gpus: UNKNOWN }) },
});
