import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** A change of one of these replaces a volume, and its data with it, so the data volume ignores them. */
const DATA_VOLUME_FIELDS = ["driver", "driverOpts", "labels"];

export const rule: ResourceRule = {
  id: "stk-ignore-changes",
  level: "mandatory",
  why: "With an ignored field the program says one thing and the stack stays at another, whatever is reviewed.",
  remedy: "Leave `ignoreChanges` out, and change the program to what is meant.",
  source: "strongroom",
  types: "all",
  check({ type, role, ignoreChanges, report }) {
    const allowed = type === TYPES.volume && role === "database-data" ? DATA_VOLUME_FIELDS : [];
    for (const field of ignoreChanges) if (!allowed.includes(field)) report(`\`ignoreChanges\` has ${field}`);
  },
};
