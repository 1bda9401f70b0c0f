import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-memory",
  level: "mandatory",
  why: "A container without a limit can take the host's memory, and the kernel then kills whatever it likes, the database first.",
  remedy: "Set `memory`, in MiB.",
  source: "CIS Docker 1.6, 5.11",
  types: [TYPES.container],
  check({ inputs, report }) {
    if ((inputs.number("memory") ?? 0) <= 0) report("`memory` is not limited");
  },
};
