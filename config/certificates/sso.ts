import type { Finding } from "./finding";
import type { CertificateInput, Judgement } from "./judge";
import { judgeKey } from "./key";
import { readCertificates } from "./read";
import { judgeStrength } from "./strength";
import { judgeValidity } from "./validity";

/**
 * Judges a certificate that a service shows its identity provider alone. The provider compares it with the one that it
 * was given, so that no name and no issuer counts: it may be self-signed. Pure, throws nothing.
 */
export function judgeSsoCertificate({
  certificate,
  key,
  now,
  minDaysLeft,
}: Pick<CertificateInput, "certificate" | "key" | "now" | "minDaysLeft">): Judgement {
  const { certificates, findings } = readCertificates(certificate, "certificate");
  const [leaf] = certificates;
  return {
    chain: certificates,
    findings: [
      ...findings,
      ...(certificates.length > 1 ? [withChain(certificates.length)] : []),
      ...(leaf ? judgeStrength(leaf, true) : []),
      ...(leaf && now ? judgeValidity(leaf, true, now, minDaysLeft) : []),
      ...(key === undefined ? [] : judgeKey(key, leaf)),
    ],
  };
}

function withChain(count: number): Finding {
  return {
    code: "sso-chain",
    about: "certificate",
    reason:
      `holds ${count} certificates: for single sign-on it is shown as it is, and an identity provider that knows ` +
      "the first one alone does not recognise it with its chain",
    remedy:
      "give the first one alone (`openssl x509 -in FILE`); of a certificate that domains have, leave `purpose` out, and the first one is taken from it",
  };
}
