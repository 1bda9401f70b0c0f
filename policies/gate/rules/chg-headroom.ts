import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import type { Change, Side } from "../update";
import { number } from "../values";

export const rule: GateRule = {
  id: "chg-headroom",
  level: "mandatory",
  why: "Two releases that do not fit into memory together make the kernel kill containers, of the one that serves too.",
  remedy:
    "Lower `replicas` or `limits.memoryMiB`, give the host more memory, or stop the old release first by `strategy: recreate`.",
  source: "strongroom",
  check({ changes }, report, { strategy, memoryMiB }) {
    if (memoryMiB === undefined) return;
    const containers = changes.filter(({ type }) => type === TYPES.container);
    // These start while what they follow still runs.
    const beside = containers.filter(
      ({ kind, gap, role }) =>
        (kind === "create" || (kind === "replace" && !gap)) &&
        !(strategy === "recreate" && role === "service"),
    );
    each(beside.slice(0, 1), report, (change) => {
      const running = memoryOf(containers, ({ before }) => before);
      const coming = memoryOf(beside, ({ after }) => after);
      if (running > 0 && running + coming > memoryMiB)
        report(
          change,
          `containers with limits of ${running} MiB run and ${coming} MiB would start beside them: ${running + coming} MiB, and the host has ${memoryMiB} MiB`,
        );
    });
  },
};

/** Memory limits of one side of these containers, MiB. */
function memoryOf(changes: Change[], side: (change: Change) => Side | undefined): number {
  return changes.reduce((sum, change) => {
    const given = side(change);
    return given ? sum + number(given.inputs, "memory") : sum;
  }, 0);
}
