import { isPrivateName } from "../domain-name";
import { quote, type Problem } from "../errors";
import { certificateInputs } from "../resolve/certificates";
import type { Check } from "./check";

/** What an ACME authority needs to prove a domain is configured, and the domain can be proven at all. */
export const checkAcme: Check = ({ draft, profile }) => {
  const { certificates, services, edge, dns } = draft;
  if (!certificates || !services) return [];
  const own = certificates.domains;
  return Object.entries(certificateInputs({ services, certificates })).flatMap(([domain, certificate]) => {
    if (certificate.mode !== "acme") return [];
    const path = Object.hasOwn(own, domain) ? `certificates.domains.${domain}` : "certificates.default";
    const problems: Problem[] = [];
    if (profile?.localOnly || isPrivateName(domain)) {
      problems.push({
        path: `${path}.mode`,
        value: quote("acme"),
        reason: profile?.localOnly
          ? `${profile.title} is for trying out and takes no certificate from a public authority`
          : `no public authority certifies the private name ${domain}`,
        remedy: "use private-ca, or custom with a certificate of your own authority",
      });
      return problems;
    }
    if (!certificates.acme) {
      problems.push({
        path: "certificates.acme.email",
        reason: `is missing: ${domain} gets its certificate by ACME`,
        remedy: "give the address that the authority may warn",
      });
    }
    const challenge = { path: `${path}.challenge`, value: quote(certificate.challenge) };
    if (certificate.challenge === "dns-01" && dns && dns.provider !== "cloudflare") {
      problems.push({
        ...challenge,
        reason: "needs a DNS provider that the edge can write the proof to",
        remedy: "set dns.provider to cloudflare, or use http-01 or tls-alpn-01",
      });
    }
    const port = certificate.challenge === "http-01" ? 80 : 443;
    const published = certificate.challenge === "http-01" ? edge?.ports.http : edge?.ports.https;
    if (certificate.challenge !== "dns-01" && published !== undefined && published !== port) {
      problems.push({
        ...challenge,
        reason: `the authority asks on port ${port}, but the edge publishes ${published}`,
        remedy: `publish port ${port}, or use dns-01`,
      });
    }
    return problems;
  });
};
