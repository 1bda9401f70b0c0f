import { TYPES } from "../../support/types";
import { serviceContainers } from "../containers";
import { each, type GateRule } from "../rule";
import { type Change, labelOf, type Side, type Update } from "../update";
import { number } from "../values";

export const rule: GateRule = {
  id: "chg-headroom",
  level: "mandatory",
  why: "Two releases that do not fit into memory together make the kernel kill containers, of the one that serves too.",
  remedy:
    "Lower `replicas` or `limits.memoryMiB`, give the host more memory, or stop the old release first by `strategy: recreate`.",
  source: "strongroom",
  check(update, report, { strategy, memoryMiB }) {
    if (memoryMiB === undefined) return;
    const containers = update.changes.filter(({ type }) => type === TYPES.container);
    // Where nothing makes room afterwards, what comes is to stay beside all the rest: a repair, the rest of a first
    // install, a further replica. Whether the host has the memory for good is for `doctor` to say.
    if (!containers.some((change) => change.kind === "delete" || isReplacedBeside(change))) return;
    // These start while what they follow still runs.
    const beside = containers.filter(
      (change) =>
        (change.kind === "create" || isReplacedBeside(change)) &&
        !(strategy === "recreate" && change.role === "service"),
    );
    each(beside.slice(0, 1), report, (change) => {
      const running = runningOf(update, containers);
      const coming = memoryOf(beside, ({ after }) => after);
      if (running + coming > memoryMiB)
        report(
          change,
          `containers with limits of ${running} MiB run and ${coming} MiB would start beside them: ${running + coming} MiB, and the host has ${memoryMiB} MiB`,
        );
    });
  },
};

function isReplacedBeside({ kind, gap }: Change): boolean {
  return kind === "replace" && !gap;
}

/**
 * Memory limits of the containers that run before the update, MiB. Of each service one release: one that failed is
 * stopped, and stays until the next update. Which of them runs is not in state, so it is the largest.
 */
function runningOf(update: Update, containers: Change[]): number {
  const services = serviceContainers(update).map(({ before }) => before);
  const others = containers.filter((change) => !services.flat().includes(change));
  return services
    .map((replicas) => Math.max(...byRelease(replicas).map(memoryBefore)))
    .reduce((sum, service) => sum + service, memoryBefore(others));
}

function byRelease(replicas: Change[]): Change[][] {
  const releaseOf = ({ before }: Change) => labelOf(before, "release");
  const releases = [...new Set(replicas.map(releaseOf))];
  return releases.map((release) => replicas.filter((replica) => releaseOf(replica) === release));
}

function memoryBefore(changes: Change[]): number {
  return memoryOf(changes, ({ before }) => before);
}

/** Memory limits of one side of these containers, MiB. */
function memoryOf(changes: Change[], side: (change: Change) => Side | undefined): number {
  return changes.reduce((sum, change) => {
    const given = side(change);
    return given ? sum + number(given.inputs, "memory") : sum;
  }, 0);
}
