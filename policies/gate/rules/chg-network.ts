import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-network",
  level: "mandatory",
  why: "Every change of a network replaces it, and with it all containers on it: edge, services or database stop.",
  remedy: "Leave the subnets as they are. If they must change, plan it, and give an exception.",
  source: "strongroom",
  check({ changes }, report) {
    const networks = changes.filter(({ type }) => type === TYPES.network);
    each(networks, report, (change) => {
      if (change.kind === "replace")
        report(change, `the network would be replaced (${change.diffs.join(", ")})`);
      if (change.kind === "delete") report(change, "the network would be deleted");
    });
  },
};
