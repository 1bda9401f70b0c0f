import type { X509Certificate } from "node:crypto";
import { plainName } from "./finding";
import { namesOf } from "./names";
import { signatureOf } from "./signature";
import { keyTitle } from "./strength";
import { daysLeft, validityOf } from "./validity";

/** What a certificate is, for people and programs. */
export interface Description {
  /** Subject and issuer as one line each, e.g. "C=BE, O=Example, CN=Example CA". */
  subject: string;
  issuer: string;
  /** DNS names and addresses that it is for. */
  names: string[];
  /** ISO 8601, UTC. */
  notBefore: string;
  notAfter: string;
  /** Whole days until it ends; negative once it has. */
  daysLeft: number;
  /** E.g. "ECDSA P-256". */
  key: string;
  signature: string;
  /** SHA-256 of its DER, as `openssl x509 -fingerprint -sha256` prints it. */
  fingerprint: string;
}

/** Describes a certificate. Names are without characters that a terminal would act on. */
export function describeCertificate(certificate: X509Certificate, now: Date): Description {
  const { dns, ip } = namesOf(certificate);
  const { from, to } = validityOf(certificate);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: [...dns, ...ip].map(plainName),
    notBefore: from.toISOString(),
    notAfter: to.toISOString(),
    daysLeft: daysLeft(certificate, now),
    key: keyTitle(certificate.publicKey),
    signature: signatureOf(certificate.raw).name,
    fingerprint: certificate.fingerprint256,
  };
}

function oneLine(name: string | undefined): string {
  return plainName((name ?? "").replaceAll("\n", ", "));
}
