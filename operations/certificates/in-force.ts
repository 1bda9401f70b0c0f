import { covers } from "../../config/certificates/names";
import { parseCertificates } from "../../config/certificates/pem";

/** What a route file says of a domain's certificate. */
export interface InForce {
  domain: string;
  /**
   * SHA-256 fingerprints of the certificates in the file that cover it, each with those that are served with it,
   * the server's first; undefined when the edge gets it by ACME.
   */
  chains: string[][] | undefined;
}

interface RouteFile {
  http?: { routers?: Record<string, { rule?: string; tls?: { certResolver?: string } }> };
  tls?: { certificates?: { certFile: string }[] };
}

/**
 * The domains that a route file answers, sorted, with the certificates that it has for them.
 * @param content of a route file, as it is on the host; its keys are left alone
 */
export function certificatesInForce(content: string): InForce[] {
  const { http, tls } = JSON.parse(content) as RouteFile;
  const files = (tls?.certificates ?? []).map(({ certFile }) => parseCertificates(certFile));
  const domains = new Map<string, InForce>();
  for (const router of Object.values(http?.routers ?? {})) {
    const domain = domainOf(router);
    if (domain === undefined) continue;
    const chains = router.tls?.certResolver
      ? undefined
      : files
          .filter(([leaf]) => leaf && covers(leaf, domain))
          .map((chain) => chain.map(({ fingerprint256 }) => fingerprint256));
    domains.set(domain, { domain, chains });
  }
  return [...domains.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

/** A name that the edge gets its certificate for by ACME, and the resolver of its routers. */
export interface AcmeName {
  domain: string;
  resolver: string;
}

/** The names of a route file that the edge gets its certificates for by ACME, sorted. */
export function acmeNames(content: string): AcmeName[] {
  const { http } = JSON.parse(content) as RouteFile;
  const names = Object.values(http?.routers ?? {}).flatMap((router): [string, string][] => {
    const [domain, resolver] = [domainOf(router), router.tls?.certResolver];
    return domain !== undefined && resolver ? [[domain, resolver]] : [];
  });
  return [...new Map(names)]
    .map(([domain, resolver]) => ({ domain, resolver }))
    .sort((a, b) => (a.domain < b.domain ? -1 : 1));
}

/** The name in a router's rule. */
export function domainOf({ rule }: { rule?: string }): string | undefined {
  return /Host\(`([^`]+)`\)/.exec(rule ?? "")?.[1];
}

/** A certificate that the edge must give for a name: one of these, with its chain. */
export type Expected = InForce & { chains: string[][] };

/**
 * Domains of a route file for which it has other certificates than another one; those by ACME are the edge's affair.
 * @param before content of the other file
 */
export function changedCertificates(before: string, after: string): Expected[] {
  const known = new Map(
    certificatesInForce(before).map(({ domain, chains }) => [domain, chains?.join("\n")]),
  );
  return certificatesInForce(after).filter(
    (each): each is Expected =>
      each.chains !== undefined && known.get(each.domain) !== each.chains.join("\n"),
  );
}

/**
 * Whether what was served is one of the chains that a file has: the same certificate, and the same issuer beside it.
 * What comes after those a client may put in another order.
 * @param served fingerprints, the server's certificate first
 */
export function isServed({ chains }: Expected, served: string[]): boolean {
  return chains.some((chain) => chain.slice(0, 2).join() === served.slice(0, 2).join());
}
