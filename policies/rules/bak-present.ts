import { mountsOf } from "../support/data-mounts";
import { isLocal } from "../support/reach";
import type { StackRule } from "../support/rule";
import type { Node, Stack } from "../support/stack";
import { TYPES } from "../support/types";

export const rule: StackRule<{ elsewhere: readonly string[] }> = {
  id: "bak-present",
  level: "mandatory",
  why: "A database without backups is lost with its disk, by one wrong statement, or by whoever encrypts the host.",
  remedy:
    "Configure `backup`. If something else makes backups of this database, name the stack under `elsewhere` in policies/site.json.",
  source: "AWS Foundational Security Best Practices, RDS.11; strongroom",
  settings: {
    defaults: { elsewhere: [] },
    schema: {
      elsewhere: {
        type: "array",
        items: { type: "string" },
        description: "Stacks whose database is backed up by something else",
      },
    },
  },
  checkStack(stack, { elsewhere }) {
    const databases = stack.ofType(TYPES.container).filter(({ role }) => role === "database");
    const unsaved = databases.filter(({ urn }) => !elsewhere.includes(stackIn(urn)));
    if (unsaved.length === 0 || isLocal(stack) || hasSidecar(stack)) return;
    for (const database of unsaved)
      database.report("others can reach the stack, and nothing makes backups of its database");
  },
};

/** Whether something makes backups onto a volume of its own. */
function hasSidecar(stack: Stack): boolean {
  let found = false;
  stack.each(TYPES.container, (container) => {
    if (container.role === "backup" && keepsApart(container, stack)) found = true;
  });
  return found;
}

function keepsApart(sidecar: Node, stack: Stack): boolean {
  const volumes = mountsOf(sidecar, stack).flatMap((mount) => mount.volumes);
  return volumes.some(({ role }) => role === "backup-data");
}

/** The stack in `urn:pulumi:STACK::…`. */
function stackIn(urn: string): string {
  return urn.split("::")[0]!.slice("urn:pulumi:".length);
}
