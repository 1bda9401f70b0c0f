import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Volumes that the stack keeps under a fixed name. */
const KEPT_ROLES = ["database-data", "backup-data", "shipper-data", "wal-data"];

/** A change of one of these replaces a volume, and its data with it, so those volumes ignore them. */
const DATA_VOLUME_FIELDS = ["driver", "driverOpts", "labels"];

export const rule: ResourceRule = {
  id: "stk-ignore-changes",
  level: "mandatory",
  why: "With an ignored field the program says one thing and the stack stays at another, whatever is reviewed.",
  remedy: "Leave `ignoreChanges` out, and change the program to what is meant.",
  source: "strongroom",
  types: "all",
  check({ type, role, ignoreChanges, report }) {
    const allowed = type === TYPES.volume && KEPT_ROLES.includes(role ?? "") ? DATA_VOLUME_FIELDS : [];
    for (const field of ignoreChanges) if (!allowed.includes(field)) report(`\`ignoreChanges\` has ${field}`);
  },
};
