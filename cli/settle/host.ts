import { setTimeout as sleep } from "node:timers/promises";
import { docker, inspectContainers } from "../../operations/docker";
import { endDumps } from "../../operations/dump-sessions";
import { removeOrphans } from "../../operations/orphans";
import { judgedPending } from "../../policies/gate/pending";
import { type Context, stackOption } from "../context";
import { refusal } from "../exit";
import { knownOnce, lastSuccess } from "../history";
import { lazy } from "../lazy";
import type { StackState } from "../state";
import {
  type ContainerFound,
  findOrphans,
  findServingUnknown,
  findStopped,
  type Inventory,
  isForeign,
  olderThan,
  type ToStart,
} from "./decisions";
import type { SettleOptions } from "./options";

/** @throws CliError when what runs on the host is another state's stack of the same name */
export function refuseForeign({ stack, backendUrl }: Context, inventory: Inventory, state: StackState): void {
  if (!isForeign(inventory, state)) return;
  const names = inventory.containers.map(({ name }) => name).join(", ");
  throw refusal(
    `${inventory.endpoint} runs containers of a stack ${stack} that the state in ${backendUrl} knows nothing of: ${names}.\n` +
      `If they are another state's, give this stack another name (--stack). If that state is lost, remove them; data in volumes stays:\n` +
      `  docker --host ${inventory.endpoint} rm --force ${inventory.containers.map(({ name }) => name).join(" ")}`,
  );
}

/**
 * @throws CliError when containers serve that were taken out of state: removing them would be an unjudged change
 */
export async function refuseDisowned(
  context: Context,
  inventory: Inventory,
  state: StackState,
): Promise<void> {
  const { stack } = context;
  const disowned = await knownBefore(context, findServingUnknown(inventory, state));
  if (disowned.length === 0) return;
  const names = disowned.map(({ name, role }) => `${name} (${role})`).join(", ");
  throw refusal(
    `${inventory.endpoint} runs containers that the state of stack ${stack} knew once and knows no more: ${names}.\n` +
      "They were deleted from state outside strongroom, or another state was imported. Bring the state back\n" +
      `(pulumi stack import), or, if they may go with whatever they serve: ./strongroom repair${stackOption(stack)}`,
  );
}

/**
 * @param interrupted whether a run of `up` left them
 * @throws CliError when state has operations as begun of which nobody can say what they did
 */
export function refuseUnknownPending(
  { stack }: Pick<Context, "stack">,
  { pendingOperations }: StackState,
  interrupted: boolean,
): void {
  const unknown = judgedPending(pendingOperations, interrupted).filter(({ residue }) => !residue);
  if (unknown.length === 0) return;
  throw refusal(
    "nothing was changed: the state has operations that were begun by other means than `up`, and nobody knows how they ended:\n" +
      unknown.map(({ operation, urn }) => `  ${operation} ${urn}\n`).join("") +
      "Look whether each resource is there; remove it, or import it, where it is not the stack's any more. Then forget\n" +
      `what was begun: ./strongroom repair${stackOption(stack)}`,
  );
}

/**
 * Which of these containers state knew once: what an interrupted run leaves it never did. A backend that keeps no
 * earlier states for us tells when an update succeeded last: what was there by then counts, since updates leave
 * nothing behind unless they are plain Pulumi's, after a run that nobody repaired.
 */
async function knownBefore(context: Context, containers: ContainerFound[]): Promise<ContainerFound[]> {
  if (containers.length === 0) return [];
  const known = knownOnce(
    context,
    containers.map(({ id }) => id),
  );
  if (known) return containers.filter(({ id }) => known.has(id));
  return olderThan(containers, lastSuccess(await lazy.applied().askEngine(context)));
}

/** Removes what an interrupted run left and state does not know; never a volume with data. */
export async function removeUnknown(
  inventory: Inventory,
  state: StackState,
  { say }: SettleOptions,
): Promise<void> {
  const orphans = findOrphans(inventory, state);
  const all = [...orphans.containers, ...orphans.networks, ...orphans.volumes];
  if (all.length === 0) return;
  if (all.some(({ role }) => role === "rehearsal")) await endRehearsedDumps(inventory, say);
  const staying = await removeOrphans(inventory.endpoint, {
    containers: orphans.containers.map(({ id }) => id),
    networks: orphans.networks.map(({ id }) => id),
    volumes: orphans.volumes.map(({ id }) => id),
  });
  for (const { name, reason } of staying)
    say(
      `${inventory.endpoint} does not remove volume ${name}, which the stack's state does not know: ${reason}`,
    );
  const removed = all.filter(({ name }) => !staying.some((each) => each.name === name));
  if (removed.length === 0) return;
  const names = removed.map(({ name }) => name).join(", ");
  say(`removed from ${inventory.endpoint} what the stack's state does not know: ${names}`);
}

/** What cannot be asked keeps no update: it may be what mends the server. */
async function endRehearsedDumps(
  { endpoint, containers }: Inventory,
  say: (text: string) => void,
): Promise<void> {
  const servers = containers.filter(({ role, status }) => role === "database" && status === "running");
  for (const { id, name } of servers) {
    await endDumps({ endpoint, container: id }, "rehearsal").catch((error: Error) =>
      say(`${name} was not asked if it is still dumped for a rehearsal: ${error.message}`),
    );
  }
}

/** Starts what was stopped and is in service or asked for, and waits until it is healthy. */
export async function startStopped(
  context: Context,
  inventory: Inventory,
  state: StackState,
  { images, say }: SettleOptions,
): Promise<void> {
  if (!images) return;
  const { endpoint } = inventory;
  const stopped = findStopped(inventory, state);
  // Edge and database first: the edge tells which replicas are in service.
  await start(
    endpoint,
    stopped.filter(({ role }) => role !== "service"),
    say,
  );
  const replicas = stopped.filter(({ role }) => role === "service");
  if (replicas.length === 0) return;
  const { EdgeHost, routedContainers } = lazy.edgeHost();
  const edge = await EdgeHost.find(endpoint, context.stack);
  const routed = edge ? routedContainers((await edge.inForce()).content) : new Set<string>();
  // Of a release that failed, or that the configuration no longer asks for, nothing is started; and one that a
  // cutover starts only when it was in service.
  const wanted = replicas.filter(
    ({ name, service, image, mustRun }) => routed.has(name) || (mustRun && images[service] === image),
  );
  await start(endpoint, wanted, say);
}

async function start(endpoint: string, stopped: ToStart[], say: (text: string) => void): Promise<void> {
  for (const how of ["start", "unpause"] as const) {
    const these = stopped.filter((container) => container.how === how);
    if (these.length === 0) continue;
    await docker(endpoint, [how, ...these.map(({ id }) => id)]);
    const names = these.map(({ name }) => name).join(", ");
    say(`started again, since it was ${how === "start" ? "stopped" : "paused"}: ${names}`);
  }
  await waitHealthy(
    endpoint,
    stopped.map(({ id }) => id),
  );
}

/** Long enough for a database to recover from a crash and for a service to start, in milliseconds. */
const healthDeadlineMs = 60_000;

/** Waits until none of the containers is "starting" any more; what became of them is the engine's to judge. */
async function waitHealthy(endpoint: string, ids: string[]): Promise<void> {
  const deadline = Date.now() + healthDeadlineMs;
  while (ids.length > 0 && Date.now() < deadline) {
    const states = await inspectContainers(endpoint, ids);
    if (states.every(({ State }) => State.Health?.Status !== "starting")) return;
    await sleep(500);
  }
}
