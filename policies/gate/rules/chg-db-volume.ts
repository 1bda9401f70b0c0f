import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-db-volume",
  level: "mandatory",
  why: "The database's volume is the data; no later update brings it back.",
  remedy: "Leave `database.volume` as it is. Data moves by a dump that is restored, not by another name.",
  source: "strongroom",
  check({ changes }, report) {
    const volumes = changes.filter(
      (change) => change.type === TYPES.volume && change.role === "database-data",
    );
    each(volumes, report, (change) => {
      if (change.kind === "delete")
        report(change, "the database's volume would no longer belong to the stack");
      if (change.kind === "replace")
        report(change, `the database's volume would be replaced (${change.diffs.join(", ")})`);
      const { before, after } = change;
      if (before && after && text(before.inputs, "name") !== text(after.inputs, "name"))
        report(change, "`name` differs: that is another, empty volume");
    });
  },
};
