import { isPrivateName } from "../domain-name";
import { quote, type Problem } from "../errors";
import { certificateInputs } from "../resolve/certificates";
import type { Check, CheckInput } from "./check";

/** What an ACME authority needs to prove a domain is configured, and the domain can be proven at all. */
export const checkAcme: Check = ({ draft, profile, context }) => {
  const { certificates, services } = draft;
  if (!certificates || !services) return [];
  const byAcme = Object.entries(certificateInputs({ services, certificates }, context.now)).flatMap(
    ([domain, given]) => (given.mode === "acme" ? [{ domain, challenge: given.challenge }] : []),
  );
  const pathOf = (domain: string) =>
    Object.hasOwn(certificates.domains, domain) ? `certificates.domains.${domain}` : "certificates.default";
  const refused = byAcme.filter(({ domain }) => profile?.localOnly || isPrivateName(domain));
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
    ...refused.map(({ domain }) => ({
      path: `${pathOf(domain)}.mode`,
      value: quote("acme"),
      reason: `no public authority is asked for ${domain}: ${
        profile?.localOnly ? `${profile.title} is for trying out` : "the name is a private one"
      }`,
      remedy: "use private-ca, or custom with a certificate of your own authority",
    })),
    ...byAcme
      .filter((each) => !refused.includes(each))
      .flatMap(({ domain, challenge }) => provable(`${pathOf(domain)}.challenge`, challenge, draft)),
  ];
};

function provable(path: string, challenge: string, { dns, edge }: CheckInput["draft"]): Problem[] {
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
  if (published === undefined || published === asked) return [];
  return [
    {
      ...at,
      reason: `the authority asks on port ${asked}, but the edge publishes ${published}`,
      remedy: `publish port ${asked}, or use dns-01`,
    },
  ];
}
