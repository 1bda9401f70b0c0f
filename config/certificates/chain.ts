import type { X509Certificate } from "node:crypto";
import { type Finding, issuerTitle, titleOf } from "./finding";
import { anchored, issued, pathToAnchor, reachable, same } from "./path";

/** A chain in the order in which it was issued, and what is wrong with how it was given. */
export interface JudgedChain {
  /** The server's certificate and then each one's issuer, up to the first that a root issued. */
  path: X509Certificate[];
  findings: Finding[];
}

/**
 * Follows the chain from the server's certificate, which must come first (RFC 5246, section 7.4.2; clients need
 * not sort), to a root (RFC 5280, section 6.1).
 * @param given certificates in the order of the file, at least one
 * @param roots what clients trust
 */
export function judgeChain(given: X509Certificate[], roots: X509Certificate[]): JudgedChain {
  const findings: Finding[] = [];
  const add = (code: string, reason: string, remedy: string): void =>
    void findings.push({ code, about: "certificate", reason, remedy });
  const chain = given.filter((each, index) => index === given.findIndex((other) => same(each, other)));
  if (chain.length < given.length) {
    const twice = given.find((each, index) => index !== given.findIndex((other) => same(each, other)))!;
    add("duplicate", `holds ${titleOf(twice)} twice`, "leave the second one out");
  }
  const leaf = chain[0]!;
  if (leaf.ca) {
    const server = chain.find(({ ca }) => !ca);
    if (server) {
      add(
        "leaf-not-first",
        `begins with an authority's certificate, ${titleOf(leaf)}, not the server's`,
        `put ${titleOf(server)} first, then its issuer, then that one's issuer`,
      );
    } else {
      add(
        "leaf-is-ca",
        `is an authority's certificate, ${titleOf(leaf)}, not a server's`,
        "give the server's own",
      );
    }
    return { path: [leaf], findings };
  }
  const path = pathToAnchor(leaf, chain, roots);
  const related = reachable(leaf, chain);
  const withoutIssuer = related.filter((each) => !related.some((other) => issued(each, other)));
  for (const stranger of chain.filter((each) => !related.includes(each))) {
    const claimant = withoutIssuer.find(({ issuer }) => issuer === stranger.subject);
    if (claimant) {
      add(
        "bad-signature",
        `${titleOf(claimant)} names ${titleOf(stranger)} as its issuer and is not signed with that one's key`,
        "ask the authority for the certificate of the issuer that signed it",
      );
    } else {
      add(
        "stranger",
        `holds ${titleOf(stranger)}, which did not issue any other of the chain`,
        "leave it out",
      );
    }
  }
  const early = related.some(
    (each) => each !== leaf && !chain.slice(0, chain.indexOf(each)).some((before) => issued(before, each)),
  );
  if (early) {
    add("out-of-order", "its chain is out of order", `order it: ${related.map(titleOf).join(", then ")}`);
  }
  for (const issuer of related.slice(1).filter(({ ca }) => !ca)) {
    add(
      "issuer-no-ca",
      `${titleOf(issuer)} is in the place of an issuer and is no authority (basic constraints, key usage)`,
      "have the certificate issued by an authority's certificate",
    );
  }
  const unanchored = judgeEnd(path, roots);
  if (unanchored && !findings.some(({ code }) => code === "bad-signature")) findings.push(unanchored);
  return { path, findings };
}

/** What is wrong with where a chain ends, if it is not at a root. */
function judgeEnd(path: X509Certificate[], roots: X509Certificate[]): Finding | undefined {
  const top = path.at(-1)!;
  if (anchored(top, roots)) return undefined;
  const [code, reason, remedy] = endOf(path, top);
  return { code, about: "certificate", reason, remedy };
}

function endOf(
  path: X509Certificate[],
  top: X509Certificate,
): [code: string, reason: string, remedy: string] {
  const issuer = issuerTitle(top);
  const own = "if the authority is a private one, give its root as `root`";
  if (issued(top, top)) {
    return path.length === 1
      ? [
          "self-signed",
          "is self-signed: no client trusts it",
          "use mode private-ca, or an authority's certificate",
        ]
      : ["untrusted-root", `leads to the root ${titleOf(top)}, which is not a publicly trusted one`, own];
  }
  return path.length === 1
    ? [
        "chain-missing",
        `is the server's certificate alone: its issuer ${issuer} is no root, so clients need the intermediates`,
        `put the certificate of ${issuer} after it; ${own}`,
      ]
    : [
        "chain-incomplete",
        `its chain ends at ${titleOf(top)}, whose issuer ${issuer} is neither in it nor a trusted root`,
        `add the certificate of ${issuer}; ${own}`,
      ];
}
