import { TYPES } from "../../support/types";
import { commandOf } from "../actions";
import { each, type GateRule } from "../rule";

export const rule: GateRule = {
  id: "chg-action",
  level: "mandatory",
  why: "An action that runs something else than a verb of the stack can do anything; one without its deletion leaves a replica in traffic while it is stopped.",
  remedy: "Use the component Action with a verb of operations/, and keep its phases.",
  source: "strongroom",
  check({ changes }, report) {
    const actions = changes.filter(({ type }) => type === TYPES.command);
    each(actions, report, (change) => {
      for (const phase of ["create", "update", "delete"] as const) {
        const next = commandOf(change.after, phase);
        if (next === "foreign" && commandOf(change.before, phase) !== "foreign")
          report(change, `\`${phase}\` is not a verb of the stack`);
      }
      const dropped =
        commandOf(change.before, "delete") !== undefined && commandOf(change.after, "delete") === undefined;
      if (change.after && dropped)
        report(change, "`delete` would be dropped: nothing would be done when it goes");
    });
  },
};
