import { rmSync } from "node:fs";
import { breakLock, describe as describeOwner, lockOwner } from "../../operations/lock";
import { processFate } from "../../operations/process-identity";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { refusal } from "../exit";
import { lazy } from "../lazy";
import { endRun } from "../processes";
import { recordFile, type RunRecord } from "../run-record";
import type { StackState } from "../state";
import { findMissing, unfindable } from "./decisions";
import { refuseDisowned, refuseForeign, refuseUnknownPending, removeUnknown, startStopped } from "./host";
import { takeInventory } from "./inventory";
import { findLeftovers, refuseIfBusy } from "./leftovers";
import type { SettleOptions } from "./options";
import { editState, loadState, recordedGeneration } from "./state-edit";
import { describeLock } from "./state-locks";
import { removeTornAttributes } from "./torn-attributes";

export interface Settled {
  /** State has resources that no host has: the engine should refresh before it compares. */
  refresh: boolean;
}

/**
 * Brings the stack to where the engine can go on after a run that was interrupted: ends what still runs of
 * it, frees its locks, removes what state does not know, starts what was stopped, puts an unproven change of
 * routes back and forgets operations without an end. Without a sign of an interruption it lists the host and
 * reads the state's file, no more.
 * @throws CliError when another run is at work, or containers serve that somebody took out of state
 */
export async function settle(
  context: Context,
  toolchain: Toolchain,
  options: SettleOptions,
): Promise<Settled> {
  refuseIfBusy(context);
  const { record, locks } = findLeftovers(context);
  if (record) await endDeadRun(record, options);
  for (const lock of locks) {
    rmSync(lock.path, { force: true });
    options.say(`removed the state's lock of ${describeLock(lock)}: that process is gone`);
  }
  if (record || locks.length > 0) {
    const torn = removeTornAttributes(context);
    if (torn.length > 0)
      options.say(`removed ${torn.length} file(s) that the engine had half written: ${torn.join(", ")}`);
  }
  const [state, inventories] = await Promise.all([
    loadState(context, toolchain),
    Promise.all(
      options.endpoints.map(async (endpoint) => {
        // Every call of the Docker CLI takes its time, on a host behind ssh a second.
        const inventory = takeInventory(endpoint, context.stack);
        await Promise.all([inventory, freeHostLock(context, endpoint, options)]);
        return inventory;
      }),
    ),
  ]);
  for (const inventory of inventories) refuseForeign(context, inventory, state);
  // Before an update, also one that follows an interruption: what is taken down, or repaired by order, may go.
  if (options.images && !options.thorough)
    for (const inventory of inventories) await refuseDisowned(context, inventory, state);
  if (options.images && !options.thorough) refuseUnknownPending(context, state, record !== undefined);
  const interrupted =
    record !== undefined ||
    locks.length > 0 ||
    state.pendingOperations.length > 0 ||
    // A migration that was left, or a cutover that ended behind its page: it changed the routes, and not the state.
    inventories.some(({ containers }) =>
      containers.some(({ role }) => role === "maintenance" || role === "migration"),
    );
  for (const inventory of inventories) {
    await removeUnknown(inventory, state, options);
    await startStopped(context, inventory, state, options);
  }
  if (interrupted || options.thorough) await settleState(context, toolchain, state, options);
  // Last: until here another try finds all of this again.
  if (record) rmSync(recordFile(context), { force: true });
  return { refresh: findMissing(inventories, state).length > 0 };
}

async function endDeadRun(record: RunRecord, { say }: SettleOptions): Promise<void> {
  const ended = await endRun(record);
  const processes = ended > 0 ? `ended ${ended} of its processes` : "none of its processes is left";
  say(`\`strongroom ${record.command}\` of ${record.startedAt} never came to its end: ${processes}`);
}

async function freeHostLock(context: Context, endpoint: string, { say }: SettleOptions): Promise<void> {
  const owner = await lockOwner(endpoint, context.stack);
  if (!owner) return;
  if (processFate(owner) !== "dead") {
    throw refusal(
      `stack ${context.stack} is locked on ${endpoint} by ${describeOwner(owner)}.\n` +
        `Wait for it; if that process is gone: ./strongroom unlock --stack ${context.stack}`,
    );
  }
  await breakLock(endpoint, context.stack);
  say(`removed the lock on ${endpoint} of ${describeOwner(owner)}: that process is gone`);
}

async function settleState(
  context: Context,
  toolchain: Toolchain,
  state: StackState,
  { endpoints, say }: SettleOptions,
): Promise<void> {
  const { reconcileRoutes } = lazy.reconcileRoutes();
  const recorded = recordedGeneration(state.resources);
  const reconciled = await Promise.all(
    endpoints.map((endpoint) => reconcileRoutes(endpoint, context.stack, recorded)),
  );
  reconciled.flatMap(({ done }) => done).forEach(say);
  const routesGeneration = reconciled.map(({ hostGeneration }) => hostGeneration).find(Boolean);
  const pending = state.pendingOperations.length;
  if (pending === 0 && routesGeneration === undefined) return;
  await editState(context, toolchain, { clearPending: true, routesGeneration });
  if (pending > 0) say(`forgot ${pending} operation(s) that were begun and never ended`);
  for (const urn of unfindable(state)) {
    say(`its creation was interrupted, and no label finds it: look for it, then import or delete it: ${urn}`);
  }
}
