import { EdgeHost, short } from "./edge-host";
import { renderNoRoutes } from "../components/edge/routes";
import { type HostLock, imageOf, withHostLock } from "./lock";

/**
 * Ends a change of routes that was interrupted: if the file in force is not the confirmed one, the confirmed
 * one is put back. Call under the host lock.
 * @returns what was done, for people; undefined when there was nothing to do
 */
async function settleRoutes(edge: EdgeHost, lock: HostLock): Promise<string | undefined> {
  const [inForce, confirmed] = [await edge.inForce(), await edge.confirmed()];
  if (inForce.generation === confirmed.generation) return undefined;
  await lock.check();
  await edge.putInForce(confirmed.content);
  await edge.waitLoaded(confirmed.generation);
  await edge.journal({
    step: "settled",
    from: inForce.generation,
    to: confirmed.generation,
    owner: lock.owner.token,
  });
  return `routes ${short(inForce.generation)} were never confirmed; ${short(confirmed.generation)} is back in force`;
}

/**
 * Runs `work` on a stack's edge under the host lock, after an interrupted change of routes was settled.
 * @param work is also told what was settled, for people
 */
export async function withSettledEdge<T>(
  edge: EdgeHost,
  stack: string,
  verb: string,
  work: (lock: HostLock, settled: string | undefined) => Promise<T>,
): Promise<T> {
  const image = await imageOf(edge.endpoint, edge.container);
  return withHostLock(edge.endpoint, stack, verb, image, async (lock) =>
    work(lock, await settleRoutes(edge, lock)),
  );
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
