import { isDefaultProvider } from "../update";
import type { GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-fail-closed",
  level: "mandatory",
  why: "What the gate does not know it does not let pass.",
  remedy:
    "Bring the resource back by `./strongroom repair` and `up --refresh`; imports and reads are not part of the stack.",
  source: "strongroom",
  check({ changes }, report) {
    for (const change of changes) {
      if (change.kind === "unjudged" && !isDefaultProvider(change.urn))
        report(change, `nobody has judged what ${change.operations.join(", ")} together mean`);
    }
  },
};
