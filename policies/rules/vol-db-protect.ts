import { labelValues } from "../support/labels";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Volumes that hold what cannot be made again. */
const DATA_ROLES = ["database-data", "service-data", "backup-data"];

export const rule: ResourceRule = {
  id: "vol-db-protect",
  level: "mandatory",
  why: "Every change of a volume's fields replaces it, and a replaced volume is an empty one.",
  remedy: "Set the option `protect` to true.",
  source: "strongroom",
  types: [TYPES.volume],
  check({ role, protect, inputs, report }) {
    // One from a backup may leave the stack, for the volume beside it; it is retained, and the gate sees to both.
    if (role === "database-data" && labelValues(inputs, "strongroom.restored-from").length > 0) return;
    if (role !== undefined && DATA_ROLES.includes(role) && !protect)
      report(`the volume with role ${role} is not protected`);
  },
};
