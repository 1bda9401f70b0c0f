import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-readonly-root",
  level: "mandatory",
  why: "In a writable root file system an intruder can leave programs behind, and data gets lost with the container.",
  remedy: "Set `readOnly` to true, and give what the program writes a tmpfs or a volume.",
  source: "CIS Docker 1.6, 5.13; OWASP Docker, rule 8",
  types: [TYPES.container],
  check({ inputs, report }) {
    if (!inputs.flag("readOnly")) report("`readOnly` is not true");
  },
};
