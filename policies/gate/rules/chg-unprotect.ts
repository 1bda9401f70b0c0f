import { each, type GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-unprotect",
  level: "mandatory",
  why: "What is protected holds data or trust that cannot be made again; the engine lets one update both unprotect and replace it.",
  remedy:
    "Keep `protect` and `retainOnDelete` where they are. To really give something up needs an exception, and then a change of its own.",
  source: "strongroom",
  check({ changes, tied }, report) {
    for (const resource of tied) {
      const target = changes.find(({ urn }) => urn === resource.to);
      if (target?.kind === "delete" || target?.kind === "replace")
        report(resource, `\`deletedWith\` would take it along with ${target.name}, and ask nobody`);
    }
    each(changes, report, (change) => {
      const { before, after, kind } = change;
      if (!before) return;
      if (before.protect && after && !after.protect) report(change, "it would lose its protection");
      if (before.retainOnDelete && after && !after.retainOnDelete)
        report(change, "`retainOnDelete` would be dropped: its next deletion would be real");
      if (!before.protect && after?.protect && kind === "replace")
        report(change, "it was unprotected outside strongroom, and the update would replace it");
      if (before.protect && (kind === "delete" || kind === "replace"))
        report(change, `it is protected, and the update would ${kind} it`);
    });
  },
};
