import { changesBoth } from "../../../config/images";
import type { GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-signer",
  level: "mandatory",
  why: "Whoever may change an archive and the key that it is judged by in one edit may run any program, signed by a key to match.",
  remedy:
    "Apply the new key alone, by `./strongroom image trust`, with the image that is in service; then add the archive.",
  source: "strongroom",
  check({ changes }, report, { origins }) {
    const stack = changes.find(({ type }) => type === "pulumi:pulumi:Stack");
    for (const { part, applied, next } of origins) {
      if (changesBoth(applied, next))
        report(stack ?? { urn: "", name: "" }, `archive and signer of ${part} would change at once`);
    }
  },
};
