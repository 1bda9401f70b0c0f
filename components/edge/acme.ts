import type { Secret } from "../../config/secret";
import type {
  AcmeChallenge,
  AcmeSettings,
  CertificateSettings,
  DnsSettings,
  DomainCertificate,
} from "../../config/settings";
import { contentHash } from "../canonical";
import { EDGE } from "./layout";

type ByAcme = Extract<DomainCertificate, { mode: "acme" }>;

/** Directory of Let's Encrypt, which Traefik takes when it is told of no other. */
const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

/**
 * Name of the ACME resolver of a domain; its router refers to it. Each domain has one of its own, or with others that
 * of their wildcard: Traefik loads every certificate of a resolver, and one of a domain that gets its certificate
 * elsewhere now would compete with that.
 */
export function resolverName(
  domain: string,
  { challenge, generation, wildcard = domain }: Omit<ByAcme, "mode">,
): string {
  // A name has no underscore, and a resolver's no dot. Only a wildcard begins with one, in place of its star.
  return `acme-${challenge}-${generation}-${wildcard.replace("*", "").replaceAll(".", "_")}`;
}

/** By which challenge a resolver proves its domain. */
export function challengeOf(resolver: string): AcmeChallenge | undefined {
  return (["http-01", "tls-alpn-01", "dns-01"] as const).find((each) => resolver.startsWith(`acme-${each}-`));
}

/**
 * Where account and certificates are, relative to the edge's volume. Another authority, account or kind of key begins
 * a file of its own: Traefik would take what it finds for good, whoever issued it.
 */
export function acmeStorage({ email, server = LETS_ENCRYPT, keyType }: AcmeSettings): string {
  return `${EDGE.acme}/${contentHash({ email, server, keyType }, 12)}.json`;
}

/** Where the roots of an authority of the operator's own are, relative to the edge's volume. */
export function acmeRoots(rootsPem: string): string {
  return `${EDGE.acme}/roots-${contentHash(rootsPem, 12)}.pem`;
}

/** The token by which the edge writes the records that prove its names, and where: none unless a name is proven so. */
export function dnsToken(
  { domains }: Pick<CertificateSettings, "domains">,
  { provider, apiToken }: DnsSettings,
): { token: Secret; path: string } | undefined {
  const isAsked = Object.values(domains).some((c) => c.mode === "acme" && c.challenge === "dns-01");
  if (!isAsked || provider !== "cloudflare" || apiToken === undefined) return undefined;
  // Traefik reads it once: another token is another file, and so another edge.
  return { token: apiToken, path: `${EDGE.acme}/cloudflare-${apiToken.fingerprint}` };
}

/**
 * Traefik's start arguments for the domains that get their certificates by ACME; none without one. So an edge is
 * another one when such a domain comes or goes: a domain that comes is proven on the new edge, while the old one
 * serves what it has.
 */
export function acmeArguments(
  { domains, acme }: CertificateSettings,
  { resolvers: dnsServers }: Pick<DnsSettings, "resolvers">,
): string[] {
  const byAcme = Object.entries(domains).flatMap(([domain, c]) =>
    c.mode === "acme" ? [[domain, c] as const] : [],
  );
  if (byAcme.length === 0 || acme === undefined) return [];
  const answersHttp = byAcme.some(([, { challenge }]) => challenge === "http-01");
  return [
    // Its own answers come after those of the routes, which lead to an edge that is being proven.
    ...(answersHttp ? ["--entryPoints.web.allowACMEByPass=true"] : []),
    ...[...new Map(byAcme.map(([domain, c]) => [resolverName(domain, c), c.challenge]))]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([resolver, challenge]) => [
        ...resolverArguments(resolver, acme),
        ...challengeArguments(resolver, challenge, dnsServers),
      ]),
  ];
}

function option(resolver: string): string {
  return `--certificatesResolvers.${resolver}.acme`;
}

function resolverArguments(resolver: string, acme: AcmeSettings): string[] {
  const prefix = option(resolver);
  return [
    `${prefix}.email=${acme.email}`,
    `${prefix}.storage=${EDGE.state}/${acmeStorage(acme)}`,
    // Traefik's default key is RSA 4096.
    `${prefix}.keyType=${acme.keyType}`,
    `${prefix}.certificatesDuration=${acme.lifetimeHours}`,
    `${prefix}.caServer=${acme.server ?? LETS_ENCRYPT}`,
    ...(acme.rootsPem === undefined
      ? []
      : [
          `${prefix}.caCertificates=${EDGE.state}/${acmeRoots(acme.rootsPem)}`,
          // The server of an authority of one's own may have a public certificate.
          `${prefix}.caSystemCertPool=true`,
        ]),
  ];
}

/** @param dnsServers whom Traefik asks for the zone of a name and for the servers of that, which it asks then */
function challengeArguments(resolver: string, challenge: AcmeChallenge, dnsServers: string[]): string[] {
  const prefix = option(resolver);
  if (challenge === "http-01") return [`${prefix}.httpChallenge.entryPoint=web`];
  if (challenge === "tls-alpn-01") return [`${prefix}.tlsChallenge=true`];
  return [
    `${prefix}.dnsChallenge.provider=cloudflare`,
    ...(dnsServers.length > 0 ? [`${prefix}.dnsChallenge.resolvers=${dnsServers.join(",")}`] : []),
  ];
}

/**
 * Hours before its end at which Traefik begins to renew a certificate, by how long such certificates are valid, as its
 * `getCertificateRenewDurations` has it.
 */
export function renewalHours(lifetimeHours: number): number {
  const day = 24;
  const steps: [validity: number, before: number][] = [
    [365 * day, 120 * day],
    [90 * day, 30 * day],
    [30 * day, 10 * day],
    [7 * day, day],
    [day, 6],
  ];
  return steps.find(([validity]) => lifetimeHours >= validity)?.[1] ?? 1 / 3;
}
