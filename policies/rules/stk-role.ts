import { componentOf, labelValues } from "../support/labels";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Which component may give which roles. */
const ROLES: Record<string, readonly string[]> = {
  "strongroom:edge:Edge": ["edge", "edge-state", "edge-front", "edge-front-state"],
  "strongroom:service:Service": ["service", "service-files", "service-data"],
  "strongroom:database:Database": ["database", "database-data"],
  "strongroom:backup:Backup": ["backup", "backup-data", "backup-files"],
  "strongroom:backup:Shipper": ["shipper", "shipper-data", "shipper-files", "network"],
  "strongroom:backup:WalArchive": ["wal", "wal-data", "wal-files"],
  "strongroom:network:Networks": ["network"],
};

export const rule: ResourceRule = {
  id: "stk-role",
  level: "mandatory",
  why: "Roles decide which rules hold for a resource, so a role that is not true would switch rules off.",
  remedy: "Leave the label strongroom.role to strongroom's own components; resources of your own need none.",
  source: "strongroom",
  types: [TYPES.container, TYPES.volume, TYPES.network],
  check({ urn, inputs, report }) {
    const component = componentOf(urn);
    const allowed = ROLES[component ?? ""] ?? [];
    const given = labelValues(inputs, "strongroom.role");
    if (given.length > 1) report("the label strongroom.role is given more than once");
    for (const role of given)
      if (!allowed.includes(role))
        report(`the role ${role} is not for ${component ?? "a resource of your own"}`);
    if (component && given.length === 0) report(`the label strongroom.role is missing under ${component}`);
  },
};
