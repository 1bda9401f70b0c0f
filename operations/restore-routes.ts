import { EdgeFront } from "./edge-front";
import { type Confirmed, EdgeHost } from "./edge-host";
import type { HostLock } from "./lock";

/** The edge on which these routes were proven, or if it runs no more the one that has the traffic now. */
export async function homeOf(confirmed: Confirmed, now: EdgeHost, stack: string): Promise<EdgeHost> {
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
  if (front && ((await front.target()) !== home.container || (await front.passesChallenges()))) {
    await front.pointTo({ id: home.container, name: home.name });
  }
  await home.journal({ step, from, to: confirmed.generation, edge: home.name, owner: lock.owner.token });
}
