import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import { text } from "../values";

export const rule: GateRule = {
  id: "chg-host",
  level: "mandatory",
  why: "State would go on naming containers and volumes that the other host does not have; the data stays behind.",
  remedy:
    "Add the other host under a name of its own. To reach the same host by another address needs an exception.",
  source: "strongroom",
  check({ changes }, report) {
    each(changes, report, (change) => {
      const { before, after } = change;
      if (!before || !after) return;
      if (change.type === TYPES.dockerProvider && text(before.inputs, "host") !== text(after.inputs, "host"))
        report(change, "`host` differs: everything on it would be looked for on another Docker host");
      const isDocker = change.type.startsWith("docker:");
      if (isDocker && before.provider !== after.provider)
        report(change, "it would move to another Docker host");
    });
  },
};
