import type { KeyObject, X509Certificate } from "node:crypto";
import { type Finding, titleOf } from "./finding";
import { signatureOf } from "./signature";

/** CA/Browser Forum baseline requirements, section 6.1.5: the only curves. */
const curves: Record<string, string> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

/** Chrome and Edge offer no signature with it in the handshake, so that a server cannot use it; an authority can. */
const issuersOnly = "secp521r1";

/** Shortest RSA modulus, bits: baseline requirements, section 6.1.5. */
const minRsaBits = 2048;

export const betterKey = "a key of RSA with 2048 bits or more, or on the curve P-256 or P-384";

/** Type and size of a public key, for people: "RSA 2048", "ECDSA P-256". */
export function keyTitle(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
      return `RSA ${modulusLength}`;
    case "ec":
      return `ECDSA ${curves[namedCurve ?? ""] ?? namedCurve ?? "on parameters of its own"}`;
    default:
      return (key.asymmetricKeyType ?? "unknown").toUpperCase();
  }
}

/** Why a key is too weak or of a kind that few programs take; reads on after "its key". */
export function keyFault(key: KeyObject): [code: string, reason: string] | undefined {
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  const title = keyTitle(key);
  switch (key.asymmetricKeyType) {
    case "rsa":
      return modulusLength < minRsaBits ? ["weak-rsa", `is ${title}, which is too short`] : undefined;
    case "ec":
      return Object.hasOwn(curves, namedCurve)
        ? undefined
        : ["odd-curve", `is ${title}, a curve that browsers do not take`];
    default:
      return ["key-type", `is ${title}, a kind that browsers do not take`];
  }
}

/** Key and signature of the server's certificate or of an issuer, by what browsers accept. */
export function judgeStrength(certificate: X509Certificate, isLeaf: boolean): Finding[] {
  return [...judgeKeyType(certificate, isLeaf), ...judgeSignature(certificate, isLeaf)];
}

function judgeKeyType(certificate: X509Certificate, isLeaf: boolean): Finding[] {
  const key = certificate.publicKey;
  const { namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  const title = keyTitle(key);
  if (isLeaf && namedCurve === issuersOnly) {
    return [
      {
        code: "leaf-curve",
        about: "certificate",
        reason: `its key is ${title}, a curve that Chrome and Edge refuse for a server`,
        remedy: "make a new key on the curve P-256 or P-384 and have the certificate issued for it",
      },
    ];
  }
  const fault = keyFault(key);
  if (!fault) return [];
  const [code, reason] = fault;
  return [
    isLeaf
      ? { code, about: "certificate", reason: `its key ${reason}`, remedy: `have it issued for ${betterKey}` }
      : {
          code: `issuer-${code}`,
          about: "certificate",
          reason: `the key of its issuer ${titleOf(certificate)} ${reason}`,
          remedy: `have it issued by an authority with ${betterKey}`,
        },
  ];
}

/** Baseline requirements, section 7.1.3.2: SHA-256, SHA-384 or SHA-512 with RSA or ECDSA. */
function judgeSignature(certificate: X509Certificate, isLeaf: boolean): Finding[] {
  const { name, accepted } = signatureOf(certificate.raw);
  if (accepted) return [];
  return [
    {
      code: isLeaf ? "weak-signature" : "issuer-weak-signature",
      about: "certificate",
      reason: `${isLeaf ? "is" : `its issuer ${titleOf(certificate)} is`} signed with ${name}, which clients refuse`,
      remedy: "have it signed with SHA-256 or better",
    },
  ];
}
