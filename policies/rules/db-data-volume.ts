import { dataFolder, mountsOf, mountsUnder } from "../support/data-mounts";
import type { StackRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "db-data-volume",
  level: "mandatory",
  why: "Data outside the one protected volume is gone with the container.",
  remedy:
    "Mount the volume with role database-data around the data folder (PGDATA), and nothing else in or over it.",
  source: "strongroom",
  checkStack(stack) {
    stack.each(TYPES.container, (container) => {
      if (container.role !== "database") return;
      const mounts = mountsUnder(dataFolder(container), mountsOf(container, stack));
      if (mounts.length === 0) container.report("the data folder is on no volume");
      for (const { volumes, field } of mounts) {
        if (volumes.length !== 1 || volumes[0]!.role !== "database-data") {
          container.report(
            `the data folder is on \`${field}\`, which is not the one volume with role database-data`,
          );
        }
      }
    });
  },
};
