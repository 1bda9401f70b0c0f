import { isMaintenance, renderNoRoutes } from "../components/edge/routes";
import { recoverCutover } from "./cutover-recovery";
import { EdgeFront } from "./edge-front";
import { type EdgeHost, loadRoutes, short } from "./edge-host";
import { type HostLock, imageOf, withHostLock } from "./lock";
import { homeOf, restoreConfirmed } from "./restore-routes";

/**
 * Ends a change of routes or of the edge that was interrupted: what was confirmed is put back; from
 * behind the maintenance page only if its release can serve again. Call under the host lock.
 * @returns the edge that then has the traffic, and what was done, for people
 */
async function settleRoutes(
  edge: EdgeHost,
  stack: string,
  lock: HostLock,
): Promise<{ current: EdgeHost; done?: string }> {
  const confirmed = await edge.confirmed();
  const inForce = await edge.inForce();
  if (isMaintenance(inForce.generation))
    return { current: edge, done: await recoverCutover(edge, stack, lock) };
  const home = await homeOf(confirmed, edge, stack);
  const unchanged = home.container === edge.container && inForce.generation === confirmed.generation;
  if (unchanged && !(await (await EdgeFront.find(edge.endpoint, stack))?.passesChallenges()))
    return { current: edge };
  await restoreConfirmed(edge, stack, lock, confirmed, "settled");
  const done = unchanged
    ? "the front sent challenges to an edge that was never confirmed; it does so no more"
    : home.container === edge.container
      ? `routes ${short(inForce.generation)} were never confirmed; ${short(confirmed.generation)} is back in force`
      : `edge ${edge.name} was never confirmed; ${home.name} has the traffic again`;
  return { current: home, done };
}

/**
 * Runs `work` on a stack's edge under the host lock, after an interrupted change was settled.
 * @param work is also told what was settled, for people, and which edge then has the traffic
 */
export async function withSettledEdge<T>(
  edge: EdgeHost,
  stack: string,
  verb: string,
  work: (lock: HostLock, settled: string | undefined, current: EdgeHost) => Promise<T>,
): Promise<T> {
  const image = await imageOf(edge.endpoint, edge.container);
  return withHostLock(edge.endpoint, stack, verb, image, async (lock) => {
    const { current, done } = await settleRoutes(edge, stack, lock);
    return work(lock, done, current);
  });
}

/** Leaves the edge without routes, proven and confirmed. @param from generation that was in force */
export async function withdrawRoutes(edge: EdgeHost, lock: HostLock, from: string): Promise<void> {
  await lock.check();
  const none = renderNoRoutes();
  await loadRoutes(edge, none);
  await edge.confirm(none.content);
  await edge.journal({ step: "withdrawn", from, owner: lock.owner.token });
}
