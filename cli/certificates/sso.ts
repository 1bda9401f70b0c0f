import { describeCertificate, type Description } from "../../config/certificates/describe";
import { parseCertificates } from "../../config/certificates/pem";
import type { ServiceSettings, SsoCertificate } from "../../config/settings";
import { ssoCertificatesOf } from "../../policies/gate/own-certificates";
import type { Values } from "../../policies/gate/values";
import { endings } from "./endings";

/** A certificate that a service shows its identity provider, or that one is to learn. */
export interface SsoCertificateInUse {
  service: string;
  /** Under `certificates.custom`. */
  name: string;
  /** Whether the service has it; else it is announced. */
  inUse: boolean;
  certificate: Description;
  /** What is wrong, for people. Empty: it is the one of the last update, and valid for long enough. */
  problems: string[];
}

/**
 * The certificates for single sign-on that a configuration gives, by service, the one in use first.
 * @param outputs of the last update
 * @param minDaysLeft days for which each must still be valid
 */
export function ssoCertificatesInUse(
  services: Pick<ServiceSettings, "name" | "ssoCertificate">[],
  outputs: Values,
  now: Date,
  minDaysLeft: number,
): SsoCertificateInUse[] {
  const applied = ssoCertificatesOf(outputs);
  const described = (service: string, { name, certificatePem }: SsoCertificate, inUse: boolean) => {
    const certificate = describeCertificate(parseCertificates(certificatePem)[0]!, now);
    const isApplied = !inUse || applied[service]?.inUse.fingerprint === certificate.fingerprint;
    const problems = [
      ...(isApplied ? [] : ["the last update gave the service another one, or none"]),
      ...endings([certificate], minDaysLeft, "the identity provider may refuse the service from then on"),
    ];
    return { service, name, inUse, certificate, problems };
  };
  return services.flatMap(({ name, ssoCertificate: sso }) =>
    sso
      ? [described(name, sso.inUse, true), ...(sso.announced ? [described(name, sso.announced, false)] : [])]
      : [],
  );
}
