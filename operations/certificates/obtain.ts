import type { X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { challengeOf } from "../../components/edge/acme";
import { renderChallenges } from "../../components/edge/challenges";
import { NO_ROUTES, renderNoRoutes } from "../../components/edge/routes";
import { covers } from "../../config/certificates/names";
import { anchored, pathToAnchor } from "../../config/certificates/path";
import { readCertificates } from "../../config/certificates/read";
import { publicRoots } from "../../config/certificates/roots";
import { validityOf } from "../../config/certificates/validity";
import type { EdgeFront } from "../edge-front";
import { EdgeHost, loadRoutes } from "../edge-host";
import { OperationError } from "../errors";
import type { Interrupt } from "../interrupt";
import { acmeFailure } from "./edge-log";
import { acmeNames, type AcmeName, certificatesInForce } from "./in-force";
import { chainServedBy } from "./served";

/** Longest wait for a certificate: an authority may look at a DNS record for some minutes. */
const DEADLINE_SECONDS = 300;

const POLL_MS = 500;

/** How long questions to the authority may still be under way on an edge that has lost its routes. */
const SETTLE_MS = 3000;

export interface ObtainInput {
  stack: string;
  /** Route file that the edge is to have. */
  content: string;
  /** Route file that was proven last. */
  confirmed: string;
  /** PEM roots of an authority of the operator's own, beside the public ones. */
  roots?: string | undefined;
}

/**
 * Certificates that an edge must get by ACME before it gets the traffic. Until then the one that has it serves what it
 * has, and passes on what the authority asks.
 */
export class Obtaining {
  private constructor(
    private readonly edge: EdgeHost,
    private readonly names: AcmeName[],
    private readonly roots: X509Certificate[],
  ) {}

  /** By the host's clock: what its log said before is of another attempt. */
  private since = new Date(0);
  /** Whether another edge has the traffic. */
  private isBeside = false;

  /**
   * Looks which certificates an edge lacks, and leads their challenges to it. Call before it is given its routes.
   * @returns undefined where it lacks none
   */
  static async begin(edge: EdgeHost, front: EdgeFront, input: ObtainInput): Promise<Obtaining | undefined> {
    const own = input.roots === undefined ? [] : readCertificates(input.roots, "root").certificates;
    const known = new Set(acmeNames(input.confirmed).map(({ resolver }) => resolver));
    const names = acmeNames(input.content);
    const leaves = await Promise.all(
      // What comes new is judged in any case.
      names.map(async ({ domain, resolver }) =>
        known.has(resolver) ? (await chainServedBy(edge, domain))[0] : undefined,
      ),
    );
    // One that it serves already is kept, whatever may be wrong with it: a release must not wait for it.
    const missing = names.filter(({ domain }, index) => !leaves[index] || !covers(leaves[index], domain));
    if (missing.length === 0) return undefined;
    const obtaining = new Obtaining(edge, missing, [...own, ...publicRoots()]);
    await obtaining.lead(front, input.stack);
    obtaining.since = await edge.now();
    return obtaining;
  }

  /** @throws OperationError when there is no certificate in time, or one that clients would not take */
  async wait(interrupt: Interrupt): Promise<void> {
    try {
      await this.waitForAll(interrupt);
    } catch (error) {
      // Traefik asks again at every change of its configuration, which a challenge is too: without end.
      if (this.isBeside) await this.withoutRoutes();
      throw error;
    }
  }

  private async waitForAll(interrupt: Interrupt): Promise<void> {
    const deadline = Date.now() + DEADLINE_SECONDS * 1000;
    for (const name of this.names) {
      for (;;) {
        interrupt.throwIfInterrupted();
        const chain = await chainServedBy(this.edge, name.domain);
        if (chain[0] && covers(chain[0], name.domain)) {
          this.judge(name, chain);
          break;
        }
        const failure = await acmeFailure(this.edge, name.resolver, this.since);
        if (failure)
          throw new OperationError(`for ${name.domain} no certificate was had by ACME: ${failure.reason}`);
        if (Date.now() > deadline) {
          const said = `for ${name.domain} no certificate was had by ACME within ${DEADLINE_SECONDS} s`;
          throw new OperationError(`${said}, and the edge's log does not say why`);
        }
        await sleep(POLL_MS);
      }
    }
  }

  /** Leads the authority's questions to the edge, whichever edge has the traffic. */
  private async lead(front: EdgeFront, stack: string): Promise<void> {
    const { edge } = this;
    const target = await front.target();
    const serving = (await EdgeHost.running(edge.endpoint, stack)).find(
      ({ container }) => container === target,
    );
    if (serving?.container === edge.container) return;
    const byAlpn = this.names
      .filter(({ resolver }) => challengeOf(resolver) === "tls-alpn-01")
      .map(({ domain }) => domain);
    const inForce = await serving?.inForce();
    if (inForce) refuseServed(byAlpn, inForce.content);
    // Traefik asks when its routes change, and these may be there from an attempt before.
    if ((await edge.inForce()).generation !== NO_ROUTES) {
      await this.withoutRoutes();
      // What it asked for before is answered meanwhile.
      await sleep(SETTLE_MS);
    }
    this.isBeside = serving !== undefined;
    // A stack's first edge.
    if (!serving || !inForce) return front.pointTo({ id: edge.container, name: edge.name });
    const challenges = renderChallenges(inForce.content, inForce.generation, edge.name);
    await loadRoutes(serving, challenges);
    if (byAlpn.length === 0) return;
    await front.pointTo({
      id: serving.container,
      name: serving.name,
      challenges: { edge: edge.name, names: byAlpn },
    });
  }

  private withoutRoutes(): Promise<void> {
    return loadRoutes(this.edge, renderNoRoutes());
  }

  private judge({ domain }: AcmeName, chain: X509Certificate[]): void {
    const [leaf] = chain as [X509Certificate];
    const { to } = validityOf(leaf);
    if (!(to.getTime() > Date.now())) {
      throw new OperationError(
        `for ${domain} the edge has a certificate by ACME from before that ended on ${to.toISOString().slice(0, 10)}; ` +
          "raise its `generation` to get another one",
      );
    }
    const top = pathToAnchor(leaf, chain, this.roots).at(-1)!;
    if (anchored(top, this.roots)) return;
    throw new OperationError(
      `for ${domain} the authority issued a certificate that leads to no root that clients trust (its issuer is ` +
        `${leaf.issuer.replaceAll("\n", ", ")}); add its root to certificates.acme.caBundle if they do`,
    );
  }
}

/**
 * The front tells the authority from clients only by what it does not offer, and some clients offer no more: led to an
 * edge without a certificate they would be lost.
 * @throws OperationError for names that are served now
 */
function refuseServed(names: string[], content: string): void {
  const served = new Set(certificatesInForce(content).map(({ domain }) => domain));
  const refused = names.filter((name) => served.has(name));
  if (refused.length === 0) return;
  throw new OperationError(
    `${refused.join(", ")} cannot be proven by tls-alpn-01 while clients are served under that name; ` +
      "use http-01 or dns-01, by which nobody is interrupted",
  );
}
