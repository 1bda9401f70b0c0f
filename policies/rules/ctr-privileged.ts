import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-privileged",
  level: "mandatory",
  why: "A privileged container is root on the host: it has every device, capability and kernel setting.",
  remedy: "Leave `privileged` out; give the one capability that the program needs in `capabilities.adds`.",
  source: "CIS Docker 1.6, 5.5; OWASP Docker, rule 3",
  types: [TYPES.container],
  check({ inputs, report }) {
    if (inputs.flag("privileged")) report("`privileged` is true");
  },
};
