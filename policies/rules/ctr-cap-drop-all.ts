import { capability } from "../support/capability";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-cap-drop-all",
  level: "mandatory",
  why: "Docker's default set has capabilities that no service needs, such as forging packets and changing owners.",
  remedy: 'Set `capabilities.drops` to ["ALL"] and add back what the program needs.',
  source: "CIS Docker 1.6, 5.4; Kubernetes Pod Security Standards, restricted",
  types: [TYPES.container],
  check({ inputs, report }) {
    let all = false;
    inputs.fields("capabilities").texts("drops", (name) => {
      if (capability(name) === "ALL") all = true;
    });
    if (!all) report("`capabilities.drops` does not have ALL");
  },
};
