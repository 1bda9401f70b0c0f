import { capability } from "../support/capability";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule<{ allowed: Record<string, readonly string[]> }> = {
  id: "ctr-cap-add",
  level: "mandatory",
  why: "Every capability is a piece of root; some of them are all of it.",
  remedy:
    "Leave it out of `capabilities.adds`; ports above 1024 and a fixed user need none. What a role does need is listed in policies/site.json.",
  source: "CIS Docker 1.6, 5.4",
  types: [TYPES.container],
  settings: {
    defaults: { allowed: {} },
    schema: {
      allowed: {
        type: "object",
        additionalProperties: { type: "array", items: { type: "string" } },
        description: "Capabilities that may be added, by role",
      },
    },
  },
  check({ inputs, role, report }, { allowed }) {
    const listed = (role !== undefined && Object.hasOwn(allowed, role) ? allowed[role] : undefined) ?? [];
    inputs.fields("capabilities").texts("adds", (name, path) => {
      if (!listed.map(capability).includes(capability(name))) {
        report(
          `\`${path}\` adds ${capability(name)}, which ${role ? `role ${role}` : "a container without a role"} may not have`,
        );
      }
    });
  },
};
