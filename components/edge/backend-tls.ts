import { contentHash } from "../canonical";
import { authoritiesOf, type NamedTruststore } from "./truststore";

/** How the edge speaks TLS with a service itself. */
export interface BackendTls {
  truststore: NamedTruststore;
  /** Name that the service's certificate must cover. */
  serverName: string;
  /** What the edge shows to the service. */
  clientCertificate?: { certificatesPem: string; keyPem: string };
}

/**
 * A transport of its own for each content: where one changes, requests go by a new one from one moment to the next, and
 * those on the way end on the old one. Never without verification; versions are Traefik's own, since one bound alone would
 * have it fall back to the system's roots.
 * @returns its name, and what it is
 * @throws Error for a truststore without certificates, which would trust the system's roots
 */
export function serversTransport(service: string, tls: BackendTls): [name: string, transport: object] {
  const { truststore, serverName, clientCertificate: own } = tls;
  const transport = {
    serverName,
    rootCAs: [authoritiesOf(truststore)],
    ...(own ? { certificates: [{ certFile: own.certificatesPem, keyFile: own.keyPem }] } : {}),
  };
  return [`${service}-${truststore.name}-${truststore.generation}-${contentHash(transport, 12)}`, transport];
}
