import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { FIRST_DATABASE } from "../components/labels";
import { isMaintenance, NO_ROUTES, renderMaintenance } from "../components/edge/routes";
import { becomeHealthy, recoverCutover, startContainers, stopContainers } from "./cutover-recovery";
import { literal, psql } from "./database-server";
import { type ContainerState, findContainers } from "./docker";
import { type Confirmed, type EdgeHost, routedContainers, type RouteFile } from "./edge-host";
import { OperationError } from "./errors";
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

/** How long the old database's sessions may take to end once nobody uses them, seconds. */
const SESSIONS_SECONDS = 15;

/** How long the new releases may take to get healthy again, seconds: they have been before. */
const HEALTHY_SECONDS = 120;

/** Running instances of releases that use another database than the one that the traffic shall go to. */
export async function onOtherDatabase({ docker, stack, releases, move }: Moved): Promise<ContainerState[]> {
  if (!move) return [];
  const wanted = new Set(releases.flatMap(({ instances }) => instances.map(({ id }) => id)));
  const services = await findContainers(docker, { "strongroom.stack": stack, "strongroom.role": "service" });
  return services.filter(
    ({ Id, State, Config: { Labels } }) =>
      State.Running &&
      !wanted.has(Id) &&
      (Labels["strongroom.database-host"] ?? FIRST_DATABASE) !== move.databaseHost,
  );
}

/**
 * Moves the traffic to releases on another database: maintenance page, the releases on the old one stopped, none of
 * their sessions left, then `route`. Two releases on two databases never serve at the same time, so that nothing is
 * written where nobody will look for it. When anything fails the releases on the old database serve again. Without
 * such releases it only routes.
 * @param route puts the new routes in force; it is given what to put back when it fails
 */
export async function moveOver(
  args: Moved,
  serving: EdgeHost,
  lock: HostLock,
  route: (fallback?: Confirmed) => Promise<void>,
): Promise<void> {
  const inForce = await serving.inForce();
  const old = await onOtherDatabase(args);
  const isPage = isMaintenance(inForce.generation);
  if (!args.move || inForce.generation === NO_ROUTES || (old.length === 0 && !isPage)) return route();
  const oldIds = old.map(({ Id }) => Id);
  const routed = routedContainers(inForce.content);
  if (!isPage && !old.some(({ Name }) => routed.has(Name.slice(1)))) {
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
    await route({ ...shown, edge: serving.container });
  } catch (error) {
    const text = await recoverCutover(serving, args.stack, lock).catch(
      (second: Error) => `and the release before could not be started again: ${second.message}`,
    );
    throw new OperationError(`${(error as Error).message}\n${text}`);
  }
}

/**
 * Ends what is left of the product's sessions on every other database of the stack, and makes sure that no new one
 * comes: something would still write there.
 * @throws OperationError when sessions remain
 */
export async function endSessions(endpoint: string, stack: string, move: MoveInput): Promise<void> {
  const labels = { "strongroom.stack": stack, "strongroom.role": "database" };
  const others = (await findContainers(endpoint, labels)).filter(
    ({ Id, State }) => State.Running && Id !== move.container,
  );
  const own = `FROM pg_stat_activity WHERE usename IN (${move.logins.map(literal).join(", ")})`;
  for (const { Id, Name } of others) {
    const server = { endpoint, container: Id, database: move.database };
    for (const deadline = Date.now() + SESSIONS_SECONDS * 1000; ; await sleep(300)) {
      await psql(server, `SELECT pg_terminate_backend(pid) ${own};`);
      const left = Number(await psql(server, `SELECT count(*) ${own};`));
      if (left === 0) break;
      if (Date.now() > deadline)
        throw new OperationError(
          `${left} sessions of the product are still at the database ${Name.slice(1)}, although its releases have stopped`,
        );
    }
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
  await edge.putInForce(page.content);
  await edge.waitLoaded(page.generation);
  return page;
}
