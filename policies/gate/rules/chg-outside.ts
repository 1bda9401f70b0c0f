import { TYPES } from "../../support/types";
import type { GateRule } from "../rule";
import { type Change, stackOf } from "../update";

/** What every stack has always had; anything else may be new in this version of the program. */
const ALWAYS_THERE: { type: string; role?: string }[] = [
  { type: TYPES.volume, role: "database-data" },
  { type: TYPES.container, role: "database" },
  { type: TYPES.container, role: "edge" },
  { type: TYPES.network },
];

/** Flags by which an update leaves things out. */
const PARTIAL = ["target", "exclude"];

const UNLESS = ", unless the program has kept it only since now; the update sees to it again";

/**
 * Whether state alone asks for a replacement. What an earlier run left unfinished, or deleted already, the engine makes
 * anew by itself, and so it does with what depends on something that goes before its successor is there.
 */
function isTainted({ operations, diffs, gap, before }: Change, changes: Change[]): boolean {
  if (!operations.includes("delete-replaced") || diffs.length > 0 || before?.unfinished) return false;
  return !gap || !changes.some((other) => other.gap && other.diffs.length > 0);
}

export const rule: GateRule = {
  id: "chg-outside",
  level: "advisory",
  why: "State was changed by other means than `up`, such as `pulumi state` or plain `pulumi up`, which nothing judges.",
  remedy:
    "Find out who did so and why. `./strongroom drift` tells what the hosts have that state does not know; what is named here is put right by this update.",
  source: "strongroom",
  check(update, report, { lastRun }) {
    const { changes, missing, tied } = update;
    for (const resource of tied)
      report(
        resource,
        `\`deletedWith\` ties it to ${resource.to.split("::").at(-1)!}: strongroom declares nothing so`,
      );
    for (const change of changes) {
      const { before, after } = change;
      if (!before || !after) continue;
      if (after.protect && !before.protect) report(change, `it was unprotected outside strongroom${UNLESS}`);
      if (after.retainOnDelete && !before.retainOnDelete)
        report(change, `its \`retainOnDelete\` was taken off outside strongroom${UNLESS}`);
      if (isTainted(change, changes))
        report(
          change,
          "it would be replaced though nothing of it differs: it was tainted outside strongroom",
        );
    }
    if (lastRun?.kind !== "update") return;
    const partly = PARTIAL.find((flag) => lastRun.flags.includes(flag));
    if (partly) report(stackOf(update), `the last update was made in part (--${partly})`);
    else if (!lastRun.flags.includes("policy-pack"))
      report(stackOf(update), "the last update was made by plain Pulumi: policies and gate did not judge it");
    // After an update that came to its end everything was in state.
    if (partly || !lastRun.succeeded) return;
    for (const { type, role } of ALWAYS_THERE) {
      const own = changes.filter(
        (change) => change.type === type && (role === undefined || change.role === role),
      );
      // One that comes beside another is a new one or a renamed one: others judge that.
      if (own.some(({ before }) => before)) continue;
      for (const change of own)
        if (!missing.includes(change.urn))
          report(change, "state does not know it any more: it was deleted from state outside strongroom");
    }
  },
};
