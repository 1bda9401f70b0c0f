import { EdgeHost, short } from "./edge-host";
import type { HostLock } from "./lock";

/**
 * Ends a change of routes that was interrupted: if the file in force is not the confirmed one, the confirmed
 * one is put back. Call under the host lock.
 * @returns what was done, for people; undefined when there was nothing to do
 */
export async function settleRoutes(edge: EdgeHost, lock: HostLock): Promise<string | undefined> {
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
