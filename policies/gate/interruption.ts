import { TYPES } from "../support/types";
import { commandOf } from "./actions";
import { type ServiceContainers, serviceContainers } from "./containers";
import { databaseMove } from "./database";
import type { Facts } from "./rule";
import type { Change, Update } from "./update";
import { Unjudgeable } from "./values";

/** Fields of a container that the provider applies without touching it: they only say what a later stop is like. */
const HARMLESS = [
  "destroyGraceSeconds",
  "wait",
  "waitTimeout",
  "removeVolumes",
  "containerReadRefreshTimeoutMilliseconds",
];

/**
 * Why people will notice the update, by service; a service that nothing interrupts has no causes. Only what is
 * there before can be interrupted: a stack's first update interrupts nothing, and neither does a new service.
 */
export function interruptions(update: Update, facts: Pick<Facts, "strategy">): Map<string, string[]> {
  const services = serviceContainers(update);
  const common = [...commonCauses(update), ...recreation(services, facts)];
  return new Map(
    services.map(({ service, before, after }) => [
      service,
      [...new Set([...common, ...ownCauses(before, after)])],
    ]),
  );
}

/** A release that is recreated may need a migration, and with it every service stands still. */
function recreation(services: ServiceContainers[], { strategy }: Pick<Facts, "strategy">): string[] {
  const changes = services.filter(
    // Fewer or more replicas of one release are no change of release.
    ({ before, after }) => before.some(isGoing) && after.some(isComing),
  );
  return strategy === "recreate" && changes.length > 0 ? ["strategy recreate"] : [];
}

function isGoing({ kind }: Change): boolean {
  return kind === "delete" || kind === "replace";
}

function isComing({ kind }: Change): boolean {
  return kind === "create" || kind === "replace";
}

/** What interrupts every service. */
function commonCauses({ changes }: Update): string[] {
  return changes.flatMap((change) => {
    if (!change.before || change.kind === "same") return [];
    const gone = change.kind === "delete";
    if (change.type === TYPES.container && change.role === "edge-front" && isTouched(change))
      return [gone ? "the front is removed" : `the front is replaced (${change.diffs.join(", ")})`];
    // One that is made beside the old one takes over without a dropped request.
    const takenOver = change.kind === "replace" && !change.gap;
    if (change.type === TYPES.container && change.role === "edge" && isTouched(change) && !takenOver)
      return [gone ? "the edge is removed" : `the edge is replaced (${change.diffs.join(", ")})`];
    if (change.type === TYPES.container && change.role === "database" && isTouched(change))
      return [gone ? goneText(changes) : `the database is restarted (${change.diffs.join(", ")})`];
    if (change.type === TYPES.network) return [`${change.name} is ${gone ? "removed" : "replaced"}`];
    if (change.type === TYPES.dockerProvider) return ["the Docker host changes"];
    if (change.type === TYPES.command) return actionCauses(change);
    return [];
  });
}

function goneText(changes: Change[]): string {
  return databaseMove(changes) ? "the product moves to another database" : "the database is removed";
}

function actionCauses(change: Change): string[] {
  const gone = change.kind === "delete";
  try {
    const before = commandOf(change.before, "create");
    const after = commandOf(change.after, change.kind === "update" ? "update" : "create");
    if ((before === "apply-routes" || before === "cutover") && gone) return ["the routes are withdrawn"];
    return after === "foreign" ? [`${change.name} runs a command that is no verb of the stack`] : [];
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return [`${change.name} runs a command that is not known yet`];
  }
}

/** Whether a container stops for a moment. */
function isTouched({ kind, diffs }: Change): boolean {
  return kind !== "update" || diffs.some((name) => !HARMLESS.includes(name));
}

function ownCauses(before: Change[], after: Change[]): string[] {
  if (after.length === 0) return ["the service is removed"];
  const going = before.filter(isGoing);
  const updated = after.filter((change) => change.kind === "update" && isTouched(change));
  return [
    ...(going.length > 0 && going.every(({ gap }) => gap) && going.length === before.length
      ? ["its containers are removed before the new ones are there"]
      : []),
    ...(updated.length > 0 ? [`its containers are changed where they are (${diffsOf(updated)})`] : []),
  ];
}

function diffsOf(changes: Change[]): string {
  return [...new Set(changes.flatMap(({ diffs }) => diffs))].sort().join(", ");
}
