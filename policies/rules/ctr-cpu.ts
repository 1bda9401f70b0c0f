import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-cpu",
  level: "advisory",
  why: "A container without a share can keep all others from computing.",
  remedy: 'Set `cpus`, e.g. "0.5".',
  source: "CIS Docker 1.6, 5.12",
  types: [TYPES.container],
  check({ inputs, report }) {
    const limited = ["cpus", "cpuQuota", "cpuShares"].some((key) => (inputs.number(key) ?? 0) > 0);
    if (!limited) report("neither `cpus` nor `cpuQuota` nor `cpuShares` is set");
  },
};
