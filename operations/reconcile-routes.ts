import { NO_ROUTES } from "../components/edge/routes";
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
 * Brings the edge's routes to where the stack's state can go on from: an unconfirmed change is put back, and
 * routes that no state records are withdrawn.
 * @param recorded generation of the `routes-apply` action in state; undefined when state has no such action
 */
export async function reconcileRoutes(
  endpoint: string,
  stack: string,
  recorded: string | undefined,
): Promise<Reconciled> {
  const edge = await EdgeHost.find(endpoint, stack);
  if (!edge) return { done: [] };
  return withSettledEdge(edge, stack, "settle", async (lock, settled, current) => {
    const done = settled ? [settled] : [];
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
