import { quote, type Problem } from "../errors";
import { didYouMean } from "../nearest";
import { certificateInputs, certificateKey } from "../resolve/certificates";
import { answeredNames, givenNames } from "../resolve/names";
import type { Draft } from "../draft";
import type { Check } from "./check";
import { unknownTruststore } from "./truststores";

/**
 * Which clients are let in is told by the name that they ask for, so that all names of a service, and all services
 * under a name, must agree: else there would be a way round.
 */
export const checkClientCertificates: Check = ({ draft, context }) => {
  const { clientCertificates, truststores, services } = draft;
  if (!clientCertificates || !truststores || !services) return [];
  const used = Object.values(services).flatMap(givenNames);
  const problems = Object.entries(clientCertificates).flatMap(([domain, { truststore }]): Problem[] => {
    const path = `clientCertificates.${domain}`;
    return [
      ...(used.includes(domain)
        ? []
        : [{ path, reason: "no service uses this domain", remedy: didYouMean(domain, [...new Set(used)]) }]),
      ...unknownTruststore(`${path}.truststore`, truststore, truststores),
    ];
  });
  return [
    ...problems,
    ...disagreements({ clientCertificates, services }, context.now),
    ...byAlpn(draft, context.now),
  ];
};

type Parts = Required<Pick<Draft, "clientCertificates" | "services">>;

function disagreements({ clientCertificates: given, services }: Parts, now: Date | undefined): Problem[] {
  const policyOf = (name: string) => {
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    return own ? `${own.mode} by truststore ${own.truststore}` : undefined;
  };
  return Object.entries(services).flatMap(([service, settings]) => {
    const names = answeredNames(settings, now);
    // The strictest of its names says what was meant.
    const meant = names.find((name) => policyOf(name)?.startsWith("required")) ?? names.find(policyOf);
    if (meant === undefined) return [];
    return names
      .filter((name) => policyOf(name) !== policyOf(meant))
      .map((name) => ({
        path: `clientCertificates.${name}`,
        reason:
          `client certificates are ${policyOf(meant)} for ${meant}, but ${policyOf(name) ?? "asked of nobody"} for ` +
          `${name}, under which ${service} is answered too`,
        remedy: `give ${name} the same as ${meant}, or take the name from the service`,
      }));
  });
}

/** Where a client certificate is asked for, the edge refuses every handshake that it cannot tell the domain of. */
function byAlpn(
  { certificates, services, clientCertificates = {} }: Draft,
  now: Date | undefined,
): Problem[] {
  if (!certificates || !services || Object.keys(clientCertificates).length === 0) return [];
  const inputs = Object.entries(certificateInputs({ services, certificates }, now));
  return inputs.flatMap(([domain, input]) =>
    input.mode === "acme" && input.challenge === "tls-alpn-01"
      ? [
          {
            path: `${certificateKey(domain, certificates)}.challenge`,
            value: quote(input.challenge),
            reason: "cannot go with clientCertificates: the edge then refuses the authority's handshake",
            remedy: "use http-01 or dns-01",
          },
        ]
      : [],
  );
}
