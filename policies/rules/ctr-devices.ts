import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-devices",
  level: "mandatory",
  why: "A device gives direct access to disks, memory or hardware of the host.",
  remedy: "Leave it out; none of the stack's roles needs a device.",
  source: "CIS Docker 1.6, 5.18",
  types: [TYPES.container],
  check({ inputs, report }) {
    for (const key of ["devices", "deviceRequests", "deviceCgroupRules", "gpus"]) {
      if (inputs.has(key)) report(`\`${key}\` is set`);
    }
  },
};
