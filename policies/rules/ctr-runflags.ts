import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-runflags",
  level: "mandatory",
  why: "A container that is not kept running, removes itself, or is attached to is not what the state says it is; an attached one's output, secrets included, is stored in the state.",
  remedy:
    "Leave `mustRun` and `start` at true (a service that is recreated has both at false), and `rm`, `attach` and `logs` out; what runs once is an action of the stack.",
  source: "strongroom",
  types: [TYPES.container],
  check({ role, inputs, report }) {
    const off = ["mustRun", "start"].filter((key) => !inputs.flag(key, true));
    // Both together say of a service that a cutover starts it, once the release before has stopped.
    const startedByCutover = off.length === 2 && role === "service";
    if (!startedByCutover) for (const key of off) report(`\`${key}\` is false`);
    for (const key of ["rm", "attach", "logs"]) if (inputs.flag(key)) report(`\`${key}\` is true`);
  },
};
