import { setTimeout as sleep } from "node:timers/promises";
import { schemaFingerprint } from "./database-server";
import { forgetMigrations, migrationContainer } from "./migration";
import { type ContainerState, docker, dockerTry, findContainers, inspectContainers } from "./docker";
import { type EdgeHost, routedContainers } from "./edge-host";
import type { HostLock } from "./lock";
import { restoreConfirmed } from "./restore-routes";
import { removePage } from "./maintenance-page";

/** What is written down before a database may change, so that it can be told later whether it did. */
export interface CutoverNote {
  database: { container: string; name: string };
  /** As `schemaFingerprint` gave it with all releases stopped. */
  fingerprint: string;
  history?: string;
  /** Number of the ledger's last entry; later ones count for nothing once the content is back. */
  ledgerEntry: number;
}

const HEALTH_POLL_MS = 300;

/**
 * Ends a cutover that came to no end, under the lock: if the database is as it was, the release of the confirmed
 * routes is started again and gets its traffic back. That is the new one if its routes were confirmed before the end; else
 * it is the one before. If the database is another, everything stays behind the maintenance page, since no
 * release may run on a schema that it does not know.
 * @returns what was done, for people
 */
export async function recoverCutover(edge: EdgeHost, stack: string, lock: HostLock): Promise<string> {
  const { endpoint } = edge;
  const note = await edge.note();
  const [job] = await inspectContainers(endpoint, [migrationContainer(stack)]);
  if (job?.State.Running) return stays("its migration still runs");
  const confirmed = await edge.confirmed();
  const wanted = routedContainers(confirmed.content);
  const services = await findContainers(endpoint, {
    "strongroom.stack": stack,
    "strongroom.role": "service",
  });
  await lock.check();
  const others = services.filter(({ Name, State }) => State.Running && !wanted.has(Name.slice(1)));
  await stopContainers(
    endpoint,
    others.map(({ Id }) => Id),
  );
  await startDatabases(endpoint, stack);
  if (note !== undefined) {
    const { database, fingerprint, history, ledgerEntry } = JSON.parse(note) as CutoverNote;
    const server = { endpoint, container: database.container, database: database.name };
    const found = await schemaFingerprint(server, history).catch(() => undefined);
    if (found === undefined) return stays("its database cannot be compared with what it was");
    if (found !== fingerprint)
      return stays("its database was migrated; a corrected release can go on from here");
    await forgetMigrations(server, ledgerEntry);
  }
  const routed = services.filter(({ Name }) => wanted.has(Name.slice(1)));
  const ids = routed.map(({ Id }) => Id);
  if (ids.length < wanted.size) return stays("the release of its confirmed routes is not there any more");
  await startContainers(endpoint, ids);
  if (!(await becomeHealthy(endpoint, ids, 120)))
    return stays(`${releasesOf(routed)}, of its confirmed routes, does not get healthy`);
  await restoreConfirmed(edge, stack, lock, confirmed, "put-back");
  await edge.setNote(undefined);
  await removePage(endpoint, stack);
  return `by its confirmed routes this release serves: ${releasesOf(routed)}`;
}

/** `server aa2c9dccc417, …`, each once. */
function releasesOf(services: ContainerState[]): string {
  const names = services.map(
    ({ Config: { Labels } }) => `${Labels["strongroom.service"]} ${Labels["strongroom.release"]}`,
  );
  return [...new Set(names)].sort().join(", ");
}

/** A move stops a server that does not answer. Whether one serves again shows in the releases' health. */
async function startDatabases(endpoint: string, stack: string): Promise<void> {
  const labels = { "strongroom.stack": stack, "strongroom.role": "database" };
  const stopped = (await findContainers(endpoint, labels)).filter(({ State }) => State.Status === "exited");
  for (const { Id } of stopped) await dockerTry(endpoint, ["start", Id]);
}

function stays(reason: string): string {
  return `the stack stays behind its maintenance page: ${reason}`;
}

/** Each within its own stop time. */
export async function stopContainers(endpoint: string, ids: string[]): Promise<void> {
  if (ids.length > 0) await docker(endpoint, ["stop", ...ids], { timeoutSeconds: 3600 });
}

export async function startContainers(endpoint: string, ids: string[]): Promise<void> {
  if (ids.length > 0) await docker(endpoint, ["start", ...ids]);
}

/** Waits until all are healthy. @returns whether they got so, and at once when one has ended */
export async function becomeHealthy(endpoint: string, ids: string[], seconds: number): Promise<boolean> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const states = (await inspectContainers(endpoint, ids)).map(({ State }) => State);
    if (states.some(({ Running, Status }) => !Running && Status !== "restarting")) return false;
    if (states.every(({ Health }) => (Health?.Status ?? "healthy") === "healthy")) return true;
    if (Date.now() > deadline) return false;
    await sleep(HEALTH_POLL_MS);
  }
}
