import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { EDGE } from "../../components/edge/layout";
import { NO_ROUTES, renderNoRoutes, renderTrial } from "../../components/edge/routes";
import { changedCertificates, type Expected } from "../certificates/in-force";
import { type BehindPage, moveInput, moveOver } from "../database-move";
import { transportOf } from "../certificates/backend";
import { clientsToProve, waitClients } from "../certificates/clients";
import { EdgeFront } from "../edge-front";
import { Obtaining } from "../certificates/obtain";
import { servedBy, shortened, waitServed } from "../certificates/served";
import { EdgeHost, loadRoutes, short } from "../edge-host";
import { MovedError, OperationError } from "../errors";
import { Interrupt } from "../interrupt";
import type { HostLock } from "../lock";
import { removePage } from "../maintenance-page";
import { restoreConfirmed } from "../restore-routes";
import { withdrawRoutes, withSettledEdge } from "../settle-routes";
import {
  assertInstancesServe,
  healthyReplicas,
  type ReleaseInput,
  removeUnknownReplicas,
  smokeByTls,
  smokeRequest,
} from "../release-proof";
import type { Verb } from "./verb";

const release = z.object({
  service: z.string(),
  release: z.string(),
  domain: z.string(),
  instances: z.array(z.object({ container: z.string(), id: z.string(), port: z.number().int() })),
  smoke: z.object({ path: z.string(), status: z.number().int() }),
  proveSeconds: z.number(),
});

export const routesInput = z.object({
  schema: z.literal(1),
  docker: z.string(),
  stack: z.string(),
  /** Container id of the edge that shall have the traffic. */
  edge: z.string(),
  generation: z.string(),
  content: z.string(),
  releases: z.array(release),
  /** Roots of an ACME authority of the operator's own, PEM: what it issues must lead to one of them, or a public one. */
  acmeRoots: z.string().optional(),
  /** Of a stack with backups: the releases may have come to be on another database. */
  move: moveInput.optional(),
});

export type ApplyRoutes = z.infer<typeof routesInput>;

/** How often a release is looked at while it proves itself. */
const PROVE_POLL_MS = 1000;

/**
 * Moves the edge to a new set of releases: each instance is proven from the edge's own network, the file is
 * replaced in one rename, the edge says that it has loaded it, serves each certificate that is new and asks clients for
 * theirs, the releases stay healthy for their proving time under real traffic, with the ones before to fall back to, and only then
 * is the file confirmed, without these. A new edge is given its routes first, and the front is turned to it when they
 * are proven on it. When anything fails the confirmed file is back in force, on
 * the edge that had it, before the action fails. Releases on another database than the one in service come in behind
 * the maintenance page, and are confirmed before they get traffic: what they have acknowledged is on their database
 * alone, so nothing goes back by itself. Its deletion leaves an edge without routes.
 */
export const applyRoutes: Verb<ApplyRoutes> = {
  input: routesInput,
  async run(phase, args) {
    const interrupt = new Interrupt();
    if (phase === "delete") return withdraw(args);
    const edge = await EdgeHost.require(args.docker, args.stack, args.edge);
    const serving = (await EdgeHost.find(args.docker, args.stack)) ?? edge;
    await withSettledEdge(serving, args.stack, "apply-routes", async (lock, _settled, current) => {
      await moveOver(args, current, lock, (fallback) => apply(args, edge, lock, interrupt, fallback));
      if (args.move) await removePage(args.docker, args.stack);
    });
  },
};

/**
 * The change itself, under the lock.
 * @param fallback the page, if it is up: what is put in force again when anything fails; default the confirmed routes
 * @throws MovedError when what fails comes after a move to another database was confirmed
 */
export async function apply(
  args: ApplyRoutes,
  edge: EdgeHost,
  lock: HostLock,
  interrupt: Interrupt,
  fallback?: BehindPage,
): Promise<void> {
  await assertInstancesServe(args.docker, args.releases);
  await removeUnknownReplicas(args.docker, args.stack, args.releases, lock);
  for (const candidate of args.releases) await proveFromEdge(edge, candidate, args.content);
  interrupt.throwIfInterrupted();

  const front = await EdgeFront.find(args.docker, args.stack);
  if (!front) throw new OperationError(`the front of stack ${args.stack} does not run on ${args.docker}`);
  const confirmed = await edge.confirmed();
  const moved = confirmed.edge !== edge.container;
  // An edge that is new has served none of them.
  const known = moved ? renderNoRoutes().content : confirmed.content;
  const certificates = changedCertificates(known, args.content);
  const clients = clientsToProve(known, args.content);
  const served = moved ? [] : await servedNow(edge, certificates);
  await lock.check();
  await edge.journal({
    step: "pending",
    from: confirmed.generation,
    to: args.generation,
    edge: edge.name,
    owner: lock.owner.token,
    ...noted(served),
  });
  const moves = fallback?.toOtherDatabase === true;
  let isConfirmed = false;
  const confirm = async () => {
    await lock.check();
    await edge.confirm(args.content);
    isConfirmed = true;
    await edge.journal({
      step: "confirmed",
      to: args.generation,
      edge: edge.name,
      owner: lock.owner.token,
      ...noted(certificates),
    });
  };
  // Behind the page the releases before do not run.
  const trial = fallback
    ? undefined
    : renderTrial(args.content, confirmed.content, await healthyReplicas(args.docker, args.stack));
  const load = async () => {
    const obtaining = await Obtaining.begin(edge, front, {
      stack: args.stack,
      content: args.content,
      confirmed: confirmed.content,
      roots: args.acmeRoots,
    });
    await loadRoutes(edge, trial ?? args);
    await Promise.all(certificates.map((each) => waitServed(edge, each)));
    await obtaining?.wait(interrupt);
    await Promise.all(clients.map((each) => waitClients(edge, each)));
    for (const candidate of args.releases) await proveThroughRoute(edge, candidate);
  };
  try {
    const hasTraffic = (await front.target()) === edge.container;
    // An edge without traffic shows first that it loads them.
    if (moves && !hasTraffic) await load();
    if (moves) {
      await confirm();
      // Of the database that was left: nobody goes back to it by itself any more.
      await edge.setNote(undefined);
    }
    if (!moves || hasTraffic) await load();
    if (!hasTraffic) {
      await lock.check();
      await front.pointTo({ id: edge.container, name: edge.name });
      await front.proveTarget();
    }
    // Without an older release there is nothing to go back to, so nothing is gained by waiting.
    const hasBefore = confirmed.generation !== NO_ROUTES;
    if (!moves && hasBefore && (moved || confirmed.generation !== args.generation)) {
      await provingTime(args, edge, interrupt);
    }
    if (trial) {
      await lock.check();
      await loadRoutes(edge, args);
      // The releases before may have answered for them until now.
      for (const candidate of args.releases) await proveThroughRoute(edge, candidate);
      await assertInstancesServe(args.docker, args.releases);
    }
    if (!moves) await confirm();
  } catch (error) {
    if (moves && isConfirmed) throw new MovedError((error as Error).message);
    await restoreConfirmed(edge, args.stack, lock, fallback ?? confirmed, "put-back");
    throw error;
  }
}

/** What the edge serves before a change, for names whose certificate changes. */
function servedNow(edge: EdgeHost, certificates: Expected[]): Promise<Expected[]> {
  return Promise.all(
    certificates.map(async ({ domain }) => ({ domain, chains: [await servedBy(edge, domain)] })),
  );
}

/** Certificates as the journal has them: names and the begin of their fingerprints. */
function noted(certificates: Expected[]): { certificates?: string } {
  if (certificates.length === 0) return {};
  return { certificates: certificates.map((each) => `${each.domain} ${shortened(each)}`).join(", ") };
}

/** The smoke request to each instance by its own name, before it gets any traffic. */
async function proveFromEdge(edge: EdgeHost, candidate: ReleaseInput, content: string): Promise<void> {
  const transport = transportOf(content, candidate.service);
  for (const instance of candidate.instances) {
    if (transport) {
      await smokeByTls(edge, candidate, instance, transport);
      continue;
    }
    const { container, port } = instance;
    await smokeRequest(
      edge,
      candidate,
      `http://${container}:${port}${candidate.smoke.path}`,
      `instance ${container}`,
    );
  }
}

async function proveThroughRoute(edge: EdgeHost, candidate: ReleaseInput): Promise<void> {
  const url = `http://127.0.0.1:${EDGE.internalPort}/services/${candidate.service}${candidate.smoke.path}`;
  await smokeRequest(edge, candidate, url, "its route");
}

async function provingTime(args: ApplyRoutes, edge: EdgeHost, interrupt: Interrupt): Promise<void> {
  const end = Date.now() + Math.max(0, ...args.releases.map(({ proveSeconds }) => proveSeconds)) * 1000;
  while (Date.now() < end) {
    await sleep(Math.min(PROVE_POLL_MS, end - Date.now()));
    interrupt.throwIfInterrupted();
    await assertInstancesServe(args.docker, args.releases);
    await edge.assertRuns();
  }
}

/** Takes these routes out of force; routes that came after them stay. */
export async function withdraw(args: ApplyRoutes): Promise<void> {
  const edge = await EdgeHost.find(args.docker, args.stack);
  if (!edge) return;
  await withSettledEdge(edge, args.stack, "withdraw-routes", async (lock, _settled, current) => {
    const confirmed = await current.confirmed();
    if (confirmed.generation !== args.generation) {
      if (confirmed.generation === NO_ROUTES) return;
      throw new OperationError(
        `the edge has routes ${short(confirmed.generation)}, not ${short(args.generation)} as the stack's state says; ./strongroom repair --stack ${args.stack} brings them together`,
      );
    }
    await withdrawRoutes(current, lock, args.generation);
  });
}
