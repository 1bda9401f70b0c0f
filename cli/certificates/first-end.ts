import type { X509Certificate } from "node:crypto";
import { issued, pathToAnchor } from "../../config/certificates/path";
import { readCertificates } from "../../config/certificates/read";
import { publicRoots } from "../../config/certificates/roots";
import { validityOf } from "../../config/certificates/validity";
import type { DomainCertificate } from "../../config/settings";

/**
 * When a served certificate or the first of its issuers ends. What stands above a root does not count, nor does a
 * root itself: it is the client's own affair.
 * @param chain as it was served, the server's certificate first
 * @param roots what clients trust. A root that is served along counts as trusted too: a private authority's is
 * known to its clients alone.
 */
export function firstEnd(chain: X509Certificate[], roots: X509Certificate[]): Date {
  const leaf = chain[0]!;
  const path = pathToAnchor(leaf, chain, [...roots, ...chain.filter((each) => issued(each, each))]);
  const counted = path.filter((each) => each === leaf || each.issuer !== each.subject);
  return new Date(Math.min(...counted.map((each) => validityOf(each).to.getTime())));
}

/** What clients of a domain trust: the public roots, and the root that the configuration gives for its certificate. */
export function trustedRoots(certificate: DomainCertificate | undefined): X509Certificate[] {
  const own = certificate?.mode === "custom" ? certificate.rootPem : undefined;
  return [...(own === undefined ? [] : readCertificates(own, "root").certificates), ...publicRoots()];
}
