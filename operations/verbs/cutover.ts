import { z } from "zod";
import { isMaintenance, NO_ROUTES } from "../../components/edge/routes";
import {
  becomeHealthy,
  type CutoverNote,
  recoverCutover,
  startContainers,
  stopContainers,
} from "../cutover-recovery";
import { endSessions, leadElsewhere, putUpPage } from "../database-move";
import { schemaFingerprint } from "../database-server";
import { type ContainerState, findContainers, inspectContainers } from "../docker";
import { EdgeHost } from "../edge-host";
import { MovedError, OperationError } from "../errors";
import { Interrupt } from "../interrupt";
import type { HostLock } from "../lock";
import { pageInput, removePage } from "../maintenance-page";
import { Migration, migrationInput } from "../migration";
import { removeUnknownReplicas } from "../release-proof";
import { withSettledEdge } from "../settle-routes";
import { apply, routesInput, withdraw } from "./apply-routes";
import type { Verb } from "./verb";

const input = routesInput.extend({
  /** Network that edge and services share. */
  network: z.string(),
  page: pageInput,
  migration: migrationInput,
  /** How long new instances may take to get healthy. */
  readySeconds: z.number(),
});

type CutoverInput = z.infer<typeof input>;

/**
 * Puts releases in the place of others that must not run at the same time: maintenance page, stop, dump,
 * migration, start, proof, routes. The instances were created before and not started. What fails before the
 * database has changed starts the old release again; after it the page stays, and the error says so. A move to another
 * database is confirmed before anything is written there, and stays from then on. Without an
 * old release in the way it only starts and routes. Its deletion leaves an edge without routes.
 */
export const cutover: Verb<CutoverInput> = {
  input,
  async run(phase, args) {
    const interrupt = new Interrupt();
    if (phase === "delete") {
      await withdraw(args);
      await removePage(args.docker, args.stack);
      return;
    }
    const edge = await EdgeHost.require(args.docker, args.stack, args.edge);
    const serving = (await EdgeHost.find(args.docker, args.stack)) ?? edge;
    await withSettledEdge(serving, args.stack, "cutover", (lock, _settled, current) =>
      cutOver(args, { edge, serving: current }, lock, interrupt),
    );
  },
};

/** @param edges `edge` is the one that shall have the traffic, `serving` the one that has it */
async function cutOver(
  args: CutoverInput,
  { edge, serving }: { edge: EdgeHost; serving: EdgeHost },
  lock: HostLock,
  interrupt: Interrupt,
): Promise<void> {
  const migration = new Migration(args.docker, args.stack, args.migration);
  // Of a move to another database the gate has not compared the versions.
  const moves = await leadElsewhere(args, await serving.confirmed());
  await migration.refuseIfPassed(moves);
  await removeUnknownReplicas(args.docker, args.stack, args.releases, lock);
  const instances = args.releases.flatMap((release) => release.instances.map(({ id }) => id));
  const running = (await servicesOf(args)).filter(({ State }) => State.Running);
  const old = running.filter((container) => !instances.includes(container.Id) && isOlder(args, container));
  const migrates = !(await migration.isDone());
  const inForce = await serving.inForce();
  const cuts =
    isMaintenance(inForce.generation) ||
    (inForce.generation !== NO_ROUTES && (migrates || moves || old.length > 0));
  // A dump that is being made is waited for while the old release serves.
  if (cuts && migrates) await migration.holdBackups();
  interrupt.throwIfInterrupted();
  if (!cuts) {
    if (migrates) await migration.run();
    await bringUp(args, instances);
    await apply(args, edge, lock, interrupt);
    if (migrates) await migration.record("done");
    return;
  }
  const stopped = migrates ? running : old;
  const affected = migrates
    ? args.releases.map(({ service }) => service)
    : [...new Set(old.map(({ Config }) => Config.Labels["strongroom.service"]!))];
  try {
    const put = { ...args, imageOf: args.migration.database.container };
    const page = isMaintenance(inForce.generation) ? inForce : await putUpPage(put, serving, lock, affected);
    await stopContainers(
      args.docker,
      stopped.map(({ Id }) => Id),
    );
    if (args.move) await endSessions(args.docker, args.stack, args.move);
    if (migrates) {
      // The database that the release before goes back to is another one, which this leaves as it is.
      if (!moves) await noteSchema(args, serving, migration);
      await migration.run();
    }
    await bringUp(args, instances);
    // Nothing goes back once a move is confirmed, whatever comes after that.
    if (migrates && moves) await migration.record("done");
    await apply(args, edge, lock, interrupt, { ...page, edge: serving.container, toOtherDatabase: moves });
    if (migrates) await migration.record("done");
    await edge.setNote(undefined);
    await removePage(args.docker, args.stack);
  } catch (error) {
    if (error instanceof MovedError) throw error;
    const text = await recoverCutover(serving, args.stack, lock).catch(
      (second: Error) =>
        `and the release of the confirmed routes could not be started again: ${second.message}`,
    );
    throw new OperationError(`${(error as Error).message}\n${text}`);
  } finally {
    await migration.releaseBackups();
  }
}

async function servicesOf({ docker, stack }: CutoverInput): Promise<ContainerState[]> {
  return findContainers(docker, { "strongroom.stack": stack, "strongroom.role": "service" });
}

/** Whether a running container belongs to another release of its service than the one that is wanted. */
function isOlder({ releases }: CutoverInput, { Config: { Labels } }: ContainerState): boolean {
  const wanted = releases.find(({ service }) => service === Labels["strongroom.service"]);
  return wanted?.release !== Labels["strongroom.release"];
}

/** Written before the database may change. One that is there already is of the schema to go back to. */
async function noteSchema({ docker }: CutoverInput, edge: EdgeHost, migration: Migration): Promise<void> {
  if ((await edge.note()) !== undefined) return;
  const { container, name, history } = migration.input.database;
  const fingerprint = await schemaFingerprint({ endpoint: docker, container, database: name }, history);
  const note: CutoverNote = {
    database: { container, name },
    fingerprint,
    ...(history === undefined ? {} : { history }),
    ledgerEntry: await migration.lastEntry(),
  };
  await edge.setNote(JSON.stringify(note));
}

async function bringUp(args: CutoverInput, instances: string[]): Promise<void> {
  await startContainers(args.docker, instances);
  if (!(await becomeHealthy(args.docker, instances, args.readySeconds))) {
    const states = await inspectContainers(args.docker, instances);
    const bad = states.filter(({ State }) => !State.Running || State.Health?.Status !== "healthy");
    const names = bad.map(
      ({ Name, State }) => `${Name.slice(1)} is ${State.Running ? State.Health?.Status : State.Status}`,
    );
    throw new OperationError(
      `the release does not get healthy within ${args.readySeconds} s: ${names.join(", ")}`,
    );
  }
}
