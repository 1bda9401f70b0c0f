import { changesBoth } from "../../../config/images";
import type { GateRule } from "../rule";
import { stackOf } from "../update";

export const rule: GateRule = {
  id: "chg-signer",
  level: "mandatory",
  why: "Whoever may change an archive and the key that it is judged by in one edit may run any program, signed by a key to match.",
  remedy:
    "Apply the new key alone, by `./strongroom image trust`, with the image that is in service; then add the archive.",
  source: "strongroom",
  check(update, report, { origins }) {
    for (const { part, applied, next } of origins) {
      if (changesBoth(applied, next))
        report(stackOf(update), `archive and signer of ${part} would change at once`);
    }
  },
};
