import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ParseContext } from "../context";
import type { Problem } from "../errors";
import { certificateInputs, certificatePem } from "../resolve/certificates";
import type { DomainCertificateInput } from "../schema/certificates";
import { encryptedPlaceholder } from "../secret";
import type { Check } from "./check";

type Custom = Extract<DomainCertificateInput, { mode: "custom" }>;

/** A certificate of the operator's own can be read, is a whole chain, covers its domain and has its key. */
export const checkCustomCertificates: Check = ({ draft, context }) => {
  const { certificates, services } = draft;
  if (!certificates || !services) return [];
  return Object.entries(certificateInputs({ services, certificates })).flatMap(([domain, certificate]) => {
    if (certificate.mode !== "custom") return [];
    const own = Object.hasOwn(certificates.domains, domain);
    return check(
      own ? `certificates.domains.${domain}` : "certificates.default",
      domain,
      certificate,
      context,
    );
  });
};

function check(path: string, domain: string, custom: Custom, context: ParseContext): Problem[] {
  const certificateAt = `${path}.certificate`;
  const chain = readChain(custom.certificate, context);
  if (typeof chain === "string") {
    return [
      {
        path: certificateAt,
        reason: chain,
        remedy: "give the certificate and then its intermediates, as PEM",
      },
    ];
  }
  const leaf = chain[0]!;
  const problems: Problem[] = [];
  if (leaf.ca) {
    problems.push({
      path: certificateAt,
      reason: "its first certificate is an authority's, not a server's",
      remedy: "put the server's certificate first, then the intermediates",
    });
  } else if (leaf.checkHost(domain, { subject: "never" }) === undefined) {
    problems.push({
      path: certificateAt,
      reason: `does not cover ${domain}; it names ${leaf.subjectAltName ?? "no domain"}`,
      remedy: `have it issued for ${domain} (subject alternative name)`,
    });
  }
  const broken = chain.findIndex((each, index) => index > 0 && !chain[index - 1]!.checkIssued(each));
  if (broken > 0) {
    problems.push({
      path: certificateAt,
      reason: `certificate ${broken + 1} of the chain did not issue the one before it`,
      remedy: "order the chain: the server's certificate, its issuer, that one's issuer",
    });
  }
  return [...problems, ...checkKey(`${path}.key`, leaf, custom.key)];
}

function checkKey(path: string, leaf: X509Certificate, pem: string): Problem[] {
  if (pem === encryptedPlaceholder) return [];
  const key = readKey(pem);
  if (key === undefined) {
    return [
      { path, reason: "is not a private key in PEM without a passphrase", remedy: "give the key itself" },
    ];
  }
  const problems: Problem[] = [];
  if (!leaf.checkPrivateKey(key)) {
    problems.push({
      path,
      reason: "is not the key of the certificate",
      remedy: "give the key that the certificate was requested with",
    });
  }
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  // CA/Browser Forum baseline requirements 6.1.5: RSA of 2048 bits, P-256, P-384, P-521.
  if (
    (modulusLength ?? 2048) < 2048 ||
    !["prime256v1", "secp384r1", "secp521r1", undefined].includes(namedCurve)
  ) {
    problems.push({
      path,
      reason: "is weaker than browsers accept",
      remedy: "use RSA with 2048 bits or more, or the curve P-256 or P-384",
    });
  }
  return problems;
}

/** The certificates in order, or what is wrong with the text. */
function readChain(certificate: string, context: ParseContext): X509Certificate[] | string {
  let text: string;
  try {
    text = certificatePem(certificate, context);
  } catch {
    return `there is no readable file ${certificate} in the project`;
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) return "holds no certificate";
  if (/PRIVATE KEY/.test(text)) return "holds a private key as well, which would be in plain text";
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return "holds a certificate that cannot be read";
  }
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
