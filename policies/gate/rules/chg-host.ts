import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import { partOf } from "../update";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-host",
  level: "mandatory",
  why: "State would go on naming containers and volumes that the other host does not have; the data stays behind.",
  remedy:
    "Add the other host under a name of its own. To reach the same host by another address needs an exception.",
  source: "strongroom",
  check(update, report, { daemons = [] }) {
    const { changes } = update;
    // Where nothing of the stack is left on any host, or nothing is there yet, none of it can be missed.
    const judged = changes.some(({ type, before }) => before && isOnDocker(type)) ? daemons : [];
    for (const { host, applied, now } of judged) {
      if (applied !== undefined && applied !== now)
        report(
          partOf(update, host),
          `another Docker daemon answers for host ${host} than at the last update, by the same address`,
        );
    }
    each(changes, report, (change) => {
      const { before, after } = change;
      if (!before || !after) return;
      if (change.type === TYPES.dockerProvider && text(before.inputs, "host") !== text(after.inputs, "host"))
        report(change, "`host` differs: everything on it would be looked for on another Docker host");
      if (isOnDocker(change.type) && before.provider !== after.provider)
        report(change, "it would move to another Docker host");
    });
  },
};

function isOnDocker(type: string): boolean {
  return type.startsWith("docker:");
}
