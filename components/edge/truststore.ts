import type { Truststore } from "../../config/settings";

/** A truststore with the name that it has in the configuration. */
export type NamedTruststore = { name: string } & Truststore;

/**
 * The certificates of a truststore's authorities, PEM.
 * @throws Error when there are none: Traefik would then trust the system's roots, or let everybody in
 */
export function authoritiesOf({ name, certificatesPem }: NamedTruststore): string {
  if (!certificatesPem.includes("-----BEGIN CERTIFICATE-----"))
    throw new Error(`truststore ${name} has no certificates`);
  return certificatesPem;
}
