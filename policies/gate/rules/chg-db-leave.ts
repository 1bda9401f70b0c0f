import { databaseMove, dataVolumes, volumesOf } from "../database";
import { each, type GateRule } from "../rule";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-db-leave",
  level: "mandatory",
  why: "What was written to a restored database since the product was moved to it is not in the one from before.",
  remedy:
    "Keep `database.restore`. To really go back, name the restored volume in `database.leave`, in the same edit.",
  source: "strongroom",
  check({ changes }, report, { leave }) {
    const move = databaseMove(changes);
    // A server that is still there has not been left for good: an interrupted move gives way to the old configuration.
    if (move?.come.kind !== "create") return;
    const volumes = dataVolumes(changes);
    each([move.gone], report, (gone) => {
      const [from, to] = [volumesOf(gone.before!), volumesOf(move.come.after!)];
      const leaves = volumes.filter(({ before, after }) => before && !after);
      const left = leaves
        .map(({ before }) => text(before!.inputs, "name"))
        .find((name) => from.includes(name));
      // The one beside it is protected; one that is filled from another backup is not.
      const back = volumes.find(({ after }) => after?.protect && to.includes(text(after.inputs, "name")));
      if (left === undefined || !back) return;
      if (!back.before) report(gone, `the product would leave the restored volume ${left} for an empty one`);
      else if (left !== leave)
        report(gone, `the product would leave the restored volume ${left} with all that was written to it`);
    });
  },
};
