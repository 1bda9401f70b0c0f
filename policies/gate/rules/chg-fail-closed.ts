import { isDefaultProvider } from "../update";
import type { GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-fail-closed",
  level: "mandatory",
  why: "What the gate does not know it does not let pass.",
  remedy:
    "Look whether the resource is there, and remove it or import it where it is not the stack's any more. Then `./strongroom repair`, which forgets what was begun, and `up --refresh`; imports and reads are not part of the stack.",
  source: "strongroom",
  check({ changes, pending }, report) {
    for (const operation of pending) {
      if (!operation.residue)
        report(
          operation,
          `nobody knows how \`${operation.operation}\` ended, which was begun by other means than \`up\``,
        );
    }
    for (const change of changes) {
      if (change.kind === "unjudged" && !isDefaultProvider(change.urn))
        report(change, `nobody has judged what ${change.operations.join(", ")} together mean`);
    }
  },
};
