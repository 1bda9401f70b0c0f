import { compareVersions } from "../versions";
import { serviceContainers } from "../containers";
import { databaseMove } from "../database";
import { each, type GateRule } from "../rule";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-downgrade",
  level: "mandatory",
  why: "The newer release has migrated the database, and its vendor does not promise that an older one runs on that.",
  remedy: "Stay on the newer release, or restore a backup from before it.",
  source: "strongroom",
  check(update, report, { strategy, versionOf }) {
    // Where two releases run on one schema the older one must prove itself healthy before it gets a request.
    if (strategy === "rolling") return;
    // Its ledger says which releases another database has seen; the update asks it before anything is stopped.
    if (databaseMove(update.changes)) return;
    for (const { before, after } of serviceContainers(update)) {
      const olds = before.map(({ before: side }) => text(side!.inputs, "image"));
      // One that stays was there before: going back to it after a failure is no downgrade.
      const coming = after.filter(({ kind }) => kind !== "same");
      each(coming, report, (change) => {
        const next = text(change.after!.inputs, "image");
        for (const old of olds.filter((image) => image !== next)) {
          const [from, to] = [versionOf(old), versionOf(next)];
          const order = compareVersions(from, to);
          if (order === undefined)
            report(
              change,
              "the versions of the old and the new image are not both known, so the change cannot be judged",
            );
          else if (order > 0) report(change, `${from} would become ${to}, which is older`);
        }
      });
    }
  },
};
