import { X509Certificate } from "node:crypto";
import { covers } from "../../config/certificates/names";

/** What a route file says of a domain's certificate. */
export interface InForce {
  domain: string;
  /** Fingerprints of the certificates in the file that cover it; undefined when the edge gets it by ACME. */
  fingerprints: string[] | undefined;
}

interface RouteFile {
  http?: { routers?: Record<string, { rule?: string; tls?: { certResolver?: string } }> };
  tls?: { certificates?: { certFile: string }[] };
}

/**
 * The domains that a route file serves, sorted, with the certificates that it has for them.
 * @param content of a route file, as it is on the host; its keys are left alone
 */
export function certificatesInForce(content: string): InForce[] {
  const { http, tls } = JSON.parse(content) as RouteFile;
  const leaves = (tls?.certificates ?? []).map(({ certFile }) => new X509Certificate(certFile));
  const domains = new Map<string, InForce>();
  for (const { rule, tls: routerTls } of Object.values(http?.routers ?? {})) {
    const domain = /Host\(`([^`]+)`\)/.exec(rule ?? "")?.[1];
    if (domain === undefined) continue;
    const fingerprints = routerTls?.certResolver
      ? undefined
      : leaves.filter((leaf) => covers(leaf, domain)).map(({ fingerprint256 }) => fingerprint256);
    domains.set(domain, { domain, fingerprints });
  }
  return [...domains.values()].sort((a, b) => (a.domain < b.domain ? -1 : 1));
}
