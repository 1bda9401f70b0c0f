import { isMaintenance, NO_ROUTES } from "../components/edge/routes";
import { removePage } from "./maintenance-page";
import { endMigration } from "./migration";
import { EdgeHost, short } from "./edge-host";
import { withdrawRoutes, withSettledEdge } from "./settle-routes";

/** What settling the routes found; `done` are sentences for people. */
export interface Reconciled {
  done: string[];
  /**
   * Set when the host has other confirmed routes than the stack's state records: a run was killed between
   * the two. The state must then be told this generation, as the visible STRONGROOM_GENERATION of the
   * `routes-apply` action, so that the next update sees a difference and applies what the config says.
   */
  hostGeneration?: string;
}

/**
 * Brings a host to where the stack's state can go on from: a migration is let to its end, an unconfirmed change is put back, and
 * routes that no state records are withdrawn.
 * @param recorded generation of the `routes-apply` action in state; undefined when state has no such action
 */
export async function reconcileRoutes(
  endpoint: string,
  stack: string,
  recorded: string | undefined,
): Promise<Reconciled> {
  const migration = await endMigration(endpoint, stack);
  const edge = await EdgeHost.find(endpoint, stack);
  if (!edge) return { done: migration ? [migration] : [] };
  return withSettledEdge(edge, stack, "settle", async (lock, settled, current) => {
    const done = [migration, settled].filter((text) => text !== undefined);
    const inForce = await current.inForce();
    // State must see a difference, or nobody would take the page away.
    if (isMaintenance(inForce.generation)) return { done, hostGeneration: inForce.generation };
    await current.setNote(undefined);
    await removePage(endpoint, stack);
    const { generation } = await current.confirmed();
    if (generation === (recorded ?? NO_ROUTES)) return { done };
    if (recorded !== undefined) {
      done.push(
        `the edge has routes ${short(generation)}, state has ${short(recorded)}: the next update applies the config's`,
      );
      return { done, hostGeneration: generation };
    }
    await withdrawRoutes(current, lock, generation);
    done.push(`routes ${short(generation)} are not in state and were withdrawn`);
    return { done };
  });
}
