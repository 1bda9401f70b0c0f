import type { X509Certificate } from "node:crypto";

/**
 * The server's certificate and then each one's issuer, up to the first that a root issued or that is one: whatever
 * stands above it, such as the root cross-signed by an older one, no client needs (RFC 5280, section 6.1: a trust
 * anchor is a name and a key). Of several issuers the first of the chain is taken, as by clients that try one path
 * only. Ends without a root where the chain has no further issuer.
 * @param leaf the server's certificate
 * @param chain certificates in the order of the file
 * @param roots what clients trust
 */
export function pathToAnchor(
  leaf: X509Certificate,
  chain: X509Certificate[],
  roots: X509Certificate[],
): X509Certificate[] {
  // An intermediate that is given as a root as well is needed by whoever has the root alone: the path goes on.
  const last = roots.filter((root) => root.issuer === root.subject);
  const path = [leaf];
  for (;;) {
    const top = path.at(-1)!;
    const next = anchored(top, last)
      ? undefined
      : chain.find((each) => !path.includes(each) && issued(top, each));
    if (!next) return path;
    path.push(next);
  }
}

/**
 * The server's certificate and all of the chain that issued it or an issuer of it, by whatever path. Each comes
 * after one that it issued.
 */
export function reachable(leaf: X509Certificate, chain: X509Certificate[]): X509Certificate[] {
  const found = [leaf];
  // Grows while it is gone through.
  for (const each of found)
    found.push(...chain.filter((other) => !found.includes(other) && issued(each, other)));
  return found;
}

/** Whether a certificate was issued by a root, or is one: by name and key, however that one was signed. */
export function anchored(certificate: X509Certificate, roots: X509Certificate[]): boolean {
  return roots.some((root) => issued(certificate, root) || sameNameAndKey(certificate, root));
}

function sameNameAndKey(one: X509Certificate, other: X509Certificate): boolean {
  return one.subject === other.subject && one.publicKey.equals(other.publicKey);
}

/** Whether one certificate was issued with another's name and key. Whether it was allowed to is another check. */
export function issued(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (certificate.issuer !== issuer.subject) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

export function same(one: X509Certificate, other: X509Certificate): boolean {
  return one.fingerprint256 === other.fingerprint256;
}
