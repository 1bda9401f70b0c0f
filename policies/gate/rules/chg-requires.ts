import { serviceContainers } from "../containers";
import { each, type GateRule } from "../rule";
import { text } from "../values";
import { compareVersions } from "../versions";

export const rule: GateRule = {
  id: "chg-requires",
  level: "mandatory",
  why: "A release that is left out may be the one that brings the data to the form which the next ones expect.",
  remedy: "Upgrade to the release that is required first, then to this one.",
  source: "Bomgar, upgrade guide: some packages require that another is installed before",
  check(update, report, { versionOf, requiredBy }) {
    for (const { before, after } of serviceContainers(update)) {
      const coming = after.filter(({ kind }) => kind !== "same");
      each(coming, report, (change) => {
        const next = text(change.after!.inputs, "image");
        const required = requiredBy(next);
        if (required === undefined) return;
        for (const image of new Set(before.map(({ before: side }) => text(side!.inputs, "image")))) {
          if (image === next) continue;
          const version = versionOf(image);
          const order = compareVersions(version, required);
          if (order === undefined)
            report(
              change,
              `it requires ${required} or later; the version that runs is not known, so the change cannot be judged`,
            );
          else if (order < 0) report(change, `it requires ${required} or later, and ${version} runs`);
        }
      });
    }
  },
};
