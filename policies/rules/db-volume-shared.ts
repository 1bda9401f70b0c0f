import { mountsOf } from "../support/data-mounts";
import type { StackRule } from "../support/rule";
import type { Node } from "../support/stack";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "db-volume-shared",
  level: "mandatory",
  why: "Two servers on one data folder destroy it; any other program that writes there does too.",
  remedy: "Mount the database's volume in the database's container only; copies go through a dump.",
  source: "KICS: volume shared between containers; PostgreSQL manual, 19.2",
  checkStack(stack) {
    const users = new Map<Node, Node[]>();
    stack.each(TYPES.container, (container) => {
      const volumes = new Set(mountsOf(container, stack).flatMap((mount) => mount.volumes));
      for (const volume of volumes) users.set(volume, [...(users.get(volume) ?? []), container]);
    });
    for (const [volume, containers] of users) {
      if (volume.role !== "database-data") continue;
      for (const container of containers) {
        if (containers.length > 1)
          container.report("mounts the database's volume, and so does another container");
        else if (container.role !== "database")
          container.report("mounts the database's volume without being the database");
      }
    }
  },
};
