import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** A verb in a phase that it has, with nothing before or behind it; `exec` leaves no shell between engine and verb. */
const LINE =
  /^(:|(exec )?operations\/run (apply-routes|cutover|migrate|provision-database|retire|retire-edge|write-files) (create|update|delete))$/;

/** Fields that change what a harmless command line runs, or where. */
const REDIRECTING = ["interpreter", "dir", "assetPaths", "archivePaths"];

export const rule: ResourceRule = {
  id: "stk-action",
  level: "mandatory",
  why: "A command does what no provider can show in a preview; the stack's own verbs are reviewed, idempotent and take the host's lock.",
  remedy:
    "Use the component Action with a verb of operations/; a new verb is added to this rule when it has been reviewed.",
  source: "strongroom",
  types: [TYPES.command],
  check({ inputs, report }) {
    for (const phase of ["create", "update", "delete"]) {
      const line = inputs.text(phase);
      if (line !== undefined && !LINE.test(line)) report(`\`${phase}\` is not a verb of the stack`);
    }
    if (inputs.text("logging") !== "none")
      report("`logging` is not none, so output that may hold a secret is printed");
    for (const key of REDIRECTING) if (inputs.has(key)) report(`\`${key}\` is set`);
    for (const name of inputs.names("environment")) {
      if (!/^STRONGROOM_[A-Z0-9_-]+$/.test(name))
        report(`\`environment\` sets ${name}, which the verb could be led by`);
    }
  },
};
