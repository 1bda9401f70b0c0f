import { databaseServers, dataVolumes, volumesOf } from "../database";
import { each, type GateRule } from "../rule";
import { type Change, labelOf } from "../update";
import { text } from "../values";

/** Filled from a backup, and on its host with all that it holds when it leaves the stack: the way back. */
function wasRestored({ before }: Change): boolean {
  return (
    before !== undefined &&
    labelOf(before, "restored-from") !== undefined &&
    before.retainOnDelete &&
    !before.protect
  );
}

/** The volume to go back to. */
function isKept({ before, after }: Change): boolean {
  return before?.protect === true && after?.protect === true;
}

/** Whether the server that comes is on this volume. */
function isInUse({ after }: Change, changes: Change[]): boolean {
  return databaseServers(changes).some(
    (server) => server.after && volumesOf(server.after).includes(text(after!.inputs, "name")),
  );
}

export const rule: GateRule = {
  id: "chg-db-volume",
  level: "mandatory",
  why: "The database's volume is the data; no later update brings it back.",
  remedy:
    "Leave `database.volume` as it is. Data comes to another volume by `database.restore`, not by another name; so does what was lost, from a backup.",
  source: "strongroom",
  check({ changes, missing }, report) {
    const volumes = dataVolumes(changes);
    each(volumes, report, (change) => {
      if (change.kind === "delete" && !(wasRestored(change) && volumes.some(isKept)))
        report(change, "the database's volume would no longer belong to the stack");
      if (change.kind === "replace")
        report(change, `the database's volume would be replaced (${change.diffs.join(", ")})`);
      const { before, after } = change;
      if (before && after && text(before.inputs, "name") !== text(after.inputs, "name"))
        report(change, "`name` differs: that is another, empty volume");
      if (after && missing.includes(change.urn) && isInUse(change, changes))
        report(change, "its host has lost the database's volume: an empty one would take its place");
    });
  },
};
