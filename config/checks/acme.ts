import { parseAddress } from "../addresses";
import { readCertificates } from "../certificates/read";
import type { ParseContext } from "../context";
import { isReservedName } from "../domain-name";
import { quote, type Problem } from "../errors";
import { certificateInputs, certificateKey } from "../resolve/certificates";
import type { AcmeInput } from "../schema/certificates";
import { readPem } from "./certificate-file";
import type { Check, CheckInput } from "./check";

/** What an ACME authority needs to prove a domain is configured, and the domain can be proven at all. */
export const checkAcme: Check = ({ draft, profile, context }) => {
  const { certificates, services } = draft;
  if (!certificates || !services) return [];
  const byAcme = Object.entries(certificateInputs({ services, certificates }, context.now)).flatMap(
    ([domain, given]) => (given.mode === "acme" ? [{ domain, challenge: given.challenge }] : []),
  );
  const pathOf = (domain: string) => certificateKey(domain, certificates);
  const isOwn = certificates.acme?.caBundle !== undefined;
  const refused = byAcme.filter(({ domain }) => !isOwn && (profile?.localOnly || isReservedName(domain)));
  const account =
    byAcme.length > refused.length && !certificates.acme
      ? [
          {
            path: "certificates.acme.email",
            reason: "is missing: there are domains that get their certificate by ACME",
            remedy: "give the address that the authority may warn",
          },
        ]
      : [];
  return [
    ...account,
    ...(certificates.acme ? authority(certificates.acme, context) : []),
    ...wildcards(certificates.domains),
    ...refused.map(({ domain }) => ({
      path: `${pathOf(domain)}.mode`,
      value: quote("acme"),
      reason: `no public authority is asked for ${domain}: ${
        profile?.localOnly ? `${profile.title} is for trying out` : "the name is a private one"
      }`,
      remedy:
        "use private-ca, or custom with a certificate of your own authority, or that authority by ACME with certificates.acme.server and caBundle",
    })),
    ...byAcme
      .filter((each) => !refused.includes(each))
      .flatMap(({ domain, challenge }) => provable(`${pathOf(domain)}.challenge`, challenge, isOwn, draft)),
  ];
};

/** An authority of the operator's own, and the roots by which it is known. */
function authority({ server, caBundle }: AcmeInput, context: ParseContext): Problem[] {
  if (caBundle === undefined) return [];
  const path = "certificates.acme.caBundle";
  if (server === undefined) {
    const reason = "is of an authority of your own, but it is Let's Encrypt that is asked";
    return [{ path, reason, remedy: "set certificates.acme.server as well, or leave it out" }];
  }
  const file = readPem(path, caBundle, context);
  if (!("text" in file)) return [file];
  return readCertificates(file.text, "root").findings.map(({ code, reason }) => ({
    path,
    reason: code === "swapped" ? "is a private key, not a root certificate" : reason,
    remedy: "give the authority's root certificates as PEM and nothing else",
  }));
}

/** Only a zone's owner can have a certificate for all of its names, which is proven by its records alone (RFC 8555, 7.1.3). */
function wildcards(domains: Record<string, { mode: string; challenge?: string }>): Problem[] {
  return Object.entries(domains).flatMap(([domain, { mode, challenge }]): Problem[] => {
    if (!domain.startsWith("*.") || challenge === "dns-01") return [];
    const path = `certificates.domains.${domain}`;
    if (mode !== "acme") {
      const reason = `is a wildcard, which ${mode} is not given for`;
      return [{ path, reason, remedy: "name the full names, or none and use certificates.default" }];
    }
    const reason = `is a wildcard, which ${challenge} cannot prove`;
    return [{ path, reason, remedy: "use dns-01, or name the full names" }];
  });
}

function provable(
  path: string,
  challenge: string,
  isOwn: boolean,
  { dns, edge }: CheckInput["draft"],
): Problem[] {
  const at = { path, value: quote(challenge) };
  if (challenge === "dns-01") {
    if (!dns || dns.provider === "cloudflare") return [];
    return [
      {
        ...at,
        reason: "needs a DNS provider that the edge can write the proof to",
        remedy: "set dns.provider to cloudflare, or use http-01 or tls-alpn-01",
      },
    ];
  }
  // RFC 8555, section 8.3; RFC 8737.
  const asked = challenge === "http-01" ? 80 : 443;
  const published = challenge === "http-01" ? edge?.ports.http : edge?.ports.https;
  if (published !== undefined && published !== asked) {
    return [
      {
        ...at,
        reason: `the authority asks on port ${asked}, but the edge publishes ${published}`,
        remedy: `publish port ${asked}, or use dns-01`,
      },
    ];
  }
  const isLocal = edge?.addresses.every((address) => parseAddress(address)?.range() === "loopback");
  if (!isLocal || isOwn) return [];
  return [
    {
      ...at,
      reason: `the authority asks from outside, but the edge publishes on ${edge!.addresses.join(", ")} only`,
      remedy: "publish on an address that can be reached from outside, or use dns-01",
    },
  ];
}
