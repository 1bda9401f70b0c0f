import { TYPES } from "../../support/types";
import { weaknesses } from "../hardening";
import { each, type GateRule } from "../rule";
import type { Change, Update } from "../update";
import { field } from "../values";

export const rule: GateRule = {
  id: "chg-harden-regress",
  level: "mandatory",
  why: "A container that was confined would be less so; whoever breaks out of the product gets further.",
  remedy: "Keep the hardening. What the product cannot do without belongs into its profile, with the reason.",
  source: "CIS Docker 1.6, 5",
  check(update, report) {
    const containers = update.changes.filter(({ type }) => type === TYPES.container);
    each(containers, report, (change) => {
      const old = counterpart(update, change);
      if (!old?.before || !change.after) return;
      const known = weaknesses(old.before.inputs);
      for (const weakness of weaknesses(change.after.inputs)) {
        if (!known.includes(weakness)) report(change, weakness);
      }
    });
    each(
      update.changes.filter(({ type }) => type === TYPES.network),
      report,
      (change) => {
        const { before, after } = change;
        if (
          before &&
          after &&
          field(before.inputs, "internal") === true &&
          field(after.inputs, "internal") !== true
        )
          report(change, "`internal` would be dropped: the database's network would have a way out");
      },
    );
  },
};

/** The container that this one takes the place of: itself, or one of the service's release in service now. */
function counterpart({ changes }: Update, change: Change): Change | undefined {
  if (change.before) return change;
  return changes.find(
    (other) =>
      other.type === change.type &&
      other.role === change.role &&
      other.service === change.service &&
      other.before !== undefined,
  );
}
