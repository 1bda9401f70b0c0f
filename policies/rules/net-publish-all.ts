import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "net-publish-all",
  level: "mandatory",
  why: "It publishes every port that the image names, on ports of the host that nobody chose.",
  remedy: "Leave `publishAllPorts` out.",
  source: "CIS Docker 1.6, 5.9",
  types: [TYPES.container],
  check({ inputs, report }) {
    if (inputs.flag("publishAllPorts")) report("`publishAllPorts` is true");
  },
};
