import { certificateBlocks, parseCertificates } from "../../config/certificates/pem";
import type { CertificateSettings, ServiceSettings, SsoCertificate } from "../../config/settings";

/**
 * The operator's own certificates for the stack's outputs, by the key of the configuration that gives their files:
 * generation, and the SHA-256 fingerprints of certificate and intermediates in their order.
 */
export function customOutputs({ custom }: Pick<CertificateSettings, "custom">) {
  return Object.fromEntries(
    Object.entries(custom).map(([path, { generation, certificatePem }]) => [
      path,
      { generation, fingerprints: fingerprints(certificatePem) },
    ]),
  );
}

/** What services show their identity providers, for the stack's outputs, by service. */
export function ssoOutputs(services: Pick<ServiceSettings, "name" | "ssoCertificate">[]) {
  return Object.fromEntries(
    services.flatMap(({ name, ssoCertificate: sso }) =>
      sso
        ? [[name, { inUse: named(sso.inUse), ...(sso.announced ? { announced: named(sso.announced) } : {}) }]]
        : [],
    ),
  );
}

function named({ name, certificatePem }: SsoCertificate) {
  return { certificate: name, fingerprint: fingerprints(certificatePem)[0]! };
}

function fingerprints(pem: string): string[] {
  return parseCertificates(certificateBlocks(pem)).map(({ fingerprint256 }) => fingerprint256);
}
