import { type Confirmed, EdgeHost, short } from "./edge-host";
import { EdgeFront } from "./edge-front";
import { renderNoRoutes } from "../components/edge/routes";
import { type HostLock, imageOf, withHostLock } from "./lock";

/**
 * Ends a change of routes or of the edge that was interrupted: what was confirmed is put back. Call under the host
 * lock.
 * @returns the edge that then has the traffic, and what was done, for people
 */
async function settleRoutes(
  edge: EdgeHost,
  stack: string,
  lock: HostLock,
): Promise<{ current: EdgeHost; done?: string }> {
  const confirmed = await edge.confirmed();
  const inForce = await edge.inForce();
  const home = await homeOf(confirmed, edge, stack);
  if (home.container === edge.container && inForce.generation === confirmed.generation)
    return { current: edge };
  await restoreConfirmed(edge, stack, lock, confirmed, "settled");
  const done =
    home.container === edge.container
      ? `routes ${short(inForce.generation)} were never confirmed; ${short(confirmed.generation)} is back in force`
      : `edge ${edge.name} was never confirmed; ${home.name} has the traffic again`;
  return { current: home, done };
}

/** The edge on which these routes were proven, or if it runs no more the one that has the traffic now. */
async function homeOf(confirmed: Confirmed, now: EdgeHost, stack: string): Promise<EdgeHost> {
  if (confirmed.edge === undefined || confirmed.edge === now.container) return now;
  const all = await EdgeHost.running(now.endpoint, stack);
  return all.find(({ container }) => container === confirmed.edge) ?? now;
}

/** Puts the confirmed routes in force, on the edge on which they were proven, and turns the front to it. */
export async function restoreConfirmed(
  edge: EdgeHost,
  stack: string,
  lock: HostLock,
  confirmed: Confirmed,
  step: "settled" | "put-back",
): Promise<void> {
  await lock.check();
  const home = await homeOf(confirmed, edge, stack);
  const from = (await edge.inForce()).generation;
  if ((await home.inForce()).generation !== confirmed.generation) await home.putInForce(confirmed.content);
  await home.waitLoaded(confirmed.generation);
  const front = await EdgeFront.find(edge.endpoint, stack);
  if (front && (await front.target()) !== home.container) {
    await front.pointTo({ id: home.container, name: home.name });
  }
  await home.journal({ step, from, to: confirmed.generation, edge: home.name, owner: lock.owner.token });
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
  await edge.putInForce(none.content);
  await edge.waitLoaded(none.generation);
  await edge.confirm(none.content);
  await edge.journal({ step: "withdrawn", from, owner: lock.owner.token });
}
