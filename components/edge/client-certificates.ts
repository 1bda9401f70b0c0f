import { authoritiesOf, type NamedTruststore } from "./truststore";

/** Which certificates a domain's clients must have. */
export interface ClientPolicy {
  domain: string;
  mode: "required" | "optional";
  truststore: NamedTruststore;
}

/** Header in which a service gets the client's certificate: base64 of its DER, and what the client sent with it after commas. */
export const CLIENT_HEADER = "X-Forwarded-Tls-Client-Cert";

/** What a router of a name needs. */
interface Entry {
  tls: { options?: string };
  middlewares: string[];
}

const STRIP = "client-certificate-strip";
const PASS = "client-certificate-pass";
/** TLS options of domains that ask for no certificate, where others do. */
const OPEN = "open";

/**
 * No version is both at least this and at most that, so that no handshake succeeds. Traefik takes the options `default`
 * wherever it cannot tell which are meant: for a handshake whose name it does not see, such as one in several records,
 * and for a name with two different options. Where anybody asks for certificates that must let nobody in.
 */
const CLOSED = { minVersion: "VersionTLS13", maxVersion: "VersionTLS12", sniStrict: true };

/**
 * The TLS options of a route file. They are a function of the domain alone, so that no two routers of one can differ.
 * @param base what every domain has
 * @throws Error for a truststore without certificates, which would let everybody in
 */
export function tlsOptions(policies: ClientPolicy[], base: object): Record<string, object> {
  if (policies.length === 0) return { default: base };
  const own = policies.map((policy) => {
    const clientAuth = {
      caFiles: [authoritiesOf(policy.truststore)],
      clientAuthType: policy.mode === "required" ? "RequireAndVerifyClientCert" : "VerifyClientCertIfGiven",
    };
    return [optionsName(policy), { ...base, clientAuth }] as const;
  });
  return { default: CLOSED, [OPEN]: base, ...Object.fromEntries(own) };
}

/** By it the edge also tells a request for another domain than the handshake's: it refuses those of other options. */
function optionsName({ mode, truststore }: ClientPolicy): string {
  return `clients-${truststore.name}-${truststore.generation}-${mode}`;
}

/** Truststore and generation that TLS options stand for; undefined for options that ask for no certificates. */
export function truststoreOf(options: string): { name: string; generation: number } | undefined {
  const [, name, generation] = /^clients-(.+)-(\d+)-(?:required|optional)$/.exec(options) ?? [];
  return name === undefined ? undefined : { name, generation: Number(generation) };
}

/** What each router of a name has for its clients' certificates. */
export function entryOf(name: string, policies: ClientPolicy[]): Entry {
  if (policies.length === 0) return { tls: {}, middlewares: [STRIP] };
  const policy = policies.find(({ domain }) => domain === name);
  if (!policy) return { tls: { options: OPEN }, middlewares: [STRIP] };
  return { tls: { options: optionsName(policy) }, middlewares: [STRIP, PASS] };
}

/** What clients send under the header's name is taken away everywhere, whether or not anybody asks for certificates. */
export function clientMiddlewares(policies: ClientPolicy[]): Record<string, object> {
  const forged = [CLIENT_HEADER, `${CLIENT_HEADER}-Info`].flatMap(spellings);
  return {
    [STRIP]: { headers: { customRequestHeaders: Object.fromEntries(forged.map((name) => [name, ""])) } },
    ...(policies.length > 0 ? { [PASS]: { passTLSClientCert: { pem: true } } } : {}),
  };
}

/** A header's name with each of its hyphens as one or as an underscore: some products take both for the same (RFC 3875, 4.1.18). */
function spellings(name: string): string[] {
  const [first, ...rest] = name.split("-");
  return rest.reduce<string[]>(
    (begun, part) => begun.flatMap((begin) => [`${begin}-${part}`, `${begin}_${part}`]),
    [first!],
  );
}
