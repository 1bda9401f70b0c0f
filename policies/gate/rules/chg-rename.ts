import { TYPES } from "../../support/types";
import { volumesOf } from "../database";
import { each, type GateRule } from "../rule";
import type { Change } from "../update";

/** Kinds of which a second one beside the first is wrong, even for a moment. */
const SINGLE: { type: string; role?: string }[] = [
  { type: TYPES.container, role: "edge-front" },
  { type: TYPES.container, role: "edge" },
  { type: TYPES.container, role: "database" },
  { type: TYPES.volume, role: "edge-front-state" },
  { type: TYPES.volume, role: "edge-state" },
  { type: TYPES.network },
  { type: TYPES.dockerProvider },
];

/** A restored database comes beside the one before, on a volume of its own. */
function onOtherVolumes(gone: Change, come: Change): boolean {
  const left = volumesOf(gone.before!);
  const taken = volumesOf(come.after!);
  return taken.length > 0 && taken.every((volume) => !left.includes(volume));
}

export const rule: GateRule = {
  id: "chg-rename",
  level: "mandatory",
  why: "Without an alias a new name is a second resource: it is made beside the old one, which is deleted afterwards.",
  remedy: "Give the renamed resource an alias with its old name.",
  source: "Pulumi documentation, resource option aliases",
  check({ changes }, report) {
    for (const { type, role } of SINGLE) {
      const own = changes.filter(
        (change) => change.type === type && (role === undefined || change.role === role),
      );
      const gone = own.filter(({ kind }) => kind === "delete");
      const come = own.find(({ kind }) => kind === "create");
      each(gone, report, (change) => {
        if (come && !(role === "database" && onOtherVolumes(change, come)))
          report(change, `it would be deleted and ${come.name} made in its place`);
      });
    }
  },
};
