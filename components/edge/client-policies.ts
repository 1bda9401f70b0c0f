import { parseCertificates } from "../../config/certificates/pem";
import type { CertificateSettings } from "../../config/settings";
import type { ClientPolicy } from "./client-certificates";

/** What clients of each domain are asked for, with the truststore by which they are judged. */
export function clientPolicies({ clientCertificates, truststores }: CertificateSettings): ClientPolicy[] {
  return Object.entries(clientCertificates).map(([domain, { mode, truststore }]) => ({
    domain,
    mode,
    truststore: { name: truststore, ...truststores[truststore]! },
  }));
}

/** The same for the stack's outputs, by domain: of a truststore the SHA-256 fingerprints of its authorities, sorted. */
export function clientOutputs(settings: CertificateSettings) {
  return Object.fromEntries(
    clientPolicies(settings).map(({ domain, mode, truststore: { name, generation, certificatesPem } }) => [
      domain,
      { mode, truststore: name, generation, authorities: fingerprints(certificatesPem) },
    ]),
  );
}

function fingerprints(pem: string): string[] {
  return parseCertificates(pem)
    .map(({ fingerprint256 }) => fingerprint256)
    .sort();
}
