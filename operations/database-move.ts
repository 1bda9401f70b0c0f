import { z } from "zod";
import { FIRST_DATABASE } from "../components/labels";
import { isMaintenance, NO_ROUTES, renderMaintenance } from "../components/edge/routes";
import { becomeHealthy, recoverCutover, startContainers, stopContainers } from "./cutover-recovery";
import { sessionsEnded } from "./database-roles";
import { type ContainerState, docker, findContainers } from "./docker";
import { type Confirmed, type EdgeHost, loadRoutes, routedContainers, type RouteFile } from "./edge-host";
import { MovedError, OperationError } from "./errors";
import { type HostLock, imageOf } from "./lock";
import { type PageInput, pageInput, servePage } from "./maintenance-page";

/** What a move of the product from one database to another needs; part of the inputs of the routes' verbs. */
export const moveInput = z.object({
  /** Host name of the database that the releases use. */
  databaseHost: z.string(),
  /** Id of its container. */
  container: z.string(),
  /** Name of the product's database, and of its login roles. */
  database: z.string(),
  logins: z.array(z.string()),
  page: pageInput,
  /** Network that edge and services share. */
  network: z.string(),
});

export type MoveInput = z.infer<typeof moveInput>;

/** The routes' input, as far as a move needs it. */
interface Moved {
  docker: string;
  stack: string;
  generation: string;
  releases: { service: string; instances: { id: string }[] }[];
  move?: MoveInput | undefined;
}

/** The maintenance page in force, on the edge that shows it. */
export interface BehindPage extends Confirmed {
  /** Whether the confirmed routes go to releases on another database: what is written from here on is not there. */
  toOtherDatabase: boolean;
}

/** How long a database may take to answer about them, seconds: the page is up. */
const ANSWER_SECONDS = 10;

/** How long the new releases may take to get healthy again, seconds: they have been before. */
const HEALTHY_SECONDS = 120;

/** Running instances of releases that use another database than the one that the traffic shall go to. */
export async function onOtherDatabase({ docker, stack, releases, move }: Moved): Promise<ContainerState[]> {
  if (!move) return [];
  const wanted = new Set(releases.flatMap(({ instances }) => instances.map(({ id }) => id)));
  const services = await findContainers(docker, { "strongroom.stack": stack, "strongroom.role": "service" });
  return services.filter(
    (service) => service.State.Running && !wanted.has(service.Id) && isElsewhere(service, move),
  );
}

function isElsewhere({ Config: { Labels } }: ContainerState, { databaseHost }: MoveInput): boolean {
  return (Labels["strongroom.database-host"] ?? FIRST_DATABASE) !== databaseHost;
}

/** Whether routes go to releases, running or not, of another database than the one that the traffic shall go to. */
export async function leadElsewhere(
  { docker, stack, move }: Moved,
  { content }: RouteFile,
): Promise<boolean> {
  if (!move) return false;
  const routed = routedContainers(content);
  const services = await findContainers(docker, { "strongroom.stack": stack, "strongroom.role": "service" });
  return services.some((service) => routed.has(service.Name.slice(1)) && isElsewhere(service, move));
}

/**
 * Moves the traffic to releases on another database: maintenance page, the releases on the old one stopped, none of
 * their sessions left, then `route`. Two releases on two databases never serve at the same time, so that nothing is
 * written where nobody will look for it. What fails before the new routes are confirmed lets the releases on the old
 * database serve again. Without such releases it only routes.
 * @param route puts the new routes in force; it is given what to put back when it fails
 */
export async function moveOver(
  args: Moved,
  serving: EdgeHost,
  lock: HostLock,
  route: (fallback?: BehindPage) => Promise<void>,
): Promise<void> {
  const inForce = await serving.inForce();
  const old = await onOtherDatabase(args);
  const isPage = isMaintenance(inForce.generation);
  // Also when they have stopped: what fails later would go back to them.
  const toOtherDatabase = await leadElsewhere(args, await serving.confirmed());
  const isQuiet = old.length === 0 && !isPage && !toOtherDatabase;
  if (!args.move || inForce.generation === NO_ROUTES || isQuiet) return route();
  const oldIds = old.map(({ Id }) => Id);
  if (!isPage && !toOtherDatabase) {
    // A run that was killed after the move has left them; nobody would notice that they stop.
    await stopContainers(args.docker, oldIds);
    return route();
  }
  // One that was killed in the middle was settled by stopping them again.
  const instances = args.releases.flatMap((release) => release.instances.map(({ id }) => id));
  await startContainers(args.docker, instances);
  if (!(await becomeHealthy(args.docker, instances, HEALTHY_SECONDS)))
    throw new OperationError(`the releases on the new database are not healthy within ${HEALTHY_SECONDS} s`);
  try {
    const { page, network, container } = args.move;
    const put = { ...args, page, network, imageOf: container };
    const services = args.releases.map(({ service }) => service);
    const shown = isPage ? inForce : await putUpPage(put, serving, lock, services);
    await stopContainers(args.docker, oldIds);
    await endSessions(args.docker, args.stack, args.move);
    await route({ ...shown, edge: serving.container, toOtherDatabase });
  } catch (error) {
    if (error instanceof MovedError) throw error;
    const text = await recoverCutover(serving, args.stack, lock).catch(
      (second: Error) =>
        `and the release of the confirmed routes could not be started again: ${second.message}`,
    );
    throw new OperationError(`${(error as Error).message}\n${text}`);
  }
}

/**
 * Makes sure that nothing of the product writes to any other database of the stack any more: what is left of its
 * sessions is ended, and a server that does not answer, or that they do not leave, is stopped.
 * @throws OperationError when such a server cannot be stopped
 */
export async function endSessions(endpoint: string, stack: string, move: MoveInput): Promise<void> {
  const labels = { "strongroom.stack": stack, "strongroom.role": "database" };
  const others = (await findContainers(endpoint, labels)).filter(
    ({ Id, State }) => State.Running && Id !== move.container,
  );
  for (const { Id, State } of others) {
    const server = { endpoint, container: Id, database: move.database };
    const isFree =
      State.Status === "running" &&
      (await sessionsEnded(server, move.logins, ANSWER_SECONDS).catch(() => false));
    if (isFree) continue;
    // Docker does not stop one that is paused.
    if (State.Status === "paused") await docker(endpoint, ["unpause", Id]);
    await stopContainers(endpoint, [Id]);
  }
}

/** Shows everybody the maintenance page in the place of these services. @returns the routes that do */
export async function putUpPage(
  args: {
    docker: string;
    stack: string;
    generation: string;
    page: PageInput;
    network: string;
    imageOf: string;
  },
  edge: EdgeHost,
  lock: HostLock,
  services: string[],
): Promise<RouteFile> {
  const image = await imageOf(args.docker, args.imageOf);
  const url = await servePage(args.docker, args.stack, { page: args.page, image, network: args.network });
  const page = renderMaintenance((await edge.confirmed()).content, services, url);
  await lock.check();
  await edge.journal({ step: "maintenance", to: args.generation, owner: lock.owner.token });
  await loadRoutes(edge, page);
  return page;
}
