import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { ArchiveError } from "./error";
import { looksLikeMinisignKey, readMinisignKey, type MinisignKey } from "./minisign-key";
import { looksLikeOpenPgpKey, readOpenPgpKey, type OpenPgpKey } from "./openpgp-key";

/** A signer's public key of any kind. */
export type SignerKey = PemKey | MinisignKey | OpenPgpKey;

/** What all kinds of keys have. */
export interface KeyIdentity {
  /** `sha256:<64 hex>` of the key's own bytes, whatever stands around them. */
  fingerprint: string;
  /** The key as its own tool names it. */
  title: string;
}

/** Of openssl and cosign. */
export interface PemKey extends KeyIdentity {
  kind: "pem";
  key: KeyObject;
}

/** NIST SP 800-131A: shorter RSA keys may no longer be relied on. Bits. */
const leastRsaBits = 2048;

const curves: Record<string, string> = { prime256v1: "P-256", secp384r1: "P-384" };

/**
 * Reads a public key, whose kind shows in the file.
 * @param name of the file, for messages
 * @throws ArchiveError if it is empty, damaged, private or of an unsupported kind
 */
export function readPublicKey(bytes: Buffer, name: string): SignerKey {
  const text = bytes.toString("latin1");
  if (text.trim() === "") throw new ArchiveError(`${name}: the public key is empty`);
  if (/-----BEGIN [A-Z ]*(PRIVATE|SECRET) KEY/.test(text) || /^untrusted comment:.*secret key/.test(text)) {
    throw new ArchiveError(`${name}: is a private key; give the public one`);
  }
  if (looksLikeMinisignKey(text)) return readMinisignKey(text, name);
  if (looksLikeOpenPgpKey(bytes)) return readOpenPgpKey(bytes, name);
  if (text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new ArchiveError(
      `${name}: is a certificate; take the key out of it: openssl x509 -in ${name} -pubkey -noout`,
    );
  }
  if (!/-----BEGIN (RSA )?PUBLIC KEY-----/.test(text)) {
    throw new ArchiveError(
      `${name}: is no public key that is known: PEM (openssl, cosign), minisign or OpenPGP`,
    );
  }
  return readPem(text, name);
}

function readPem(text: string, name: string): PemKey {
  let key: KeyObject;
  try {
    key = createPublicKey(text);
  } catch {
    throw new ArchiveError(`${name}: the PEM public key is truncated or damaged`);
  }
  const der = key.export({ type: "spki", format: "der" });
  const fingerprint = `sha256:${createHash("sha256").update(der).digest("hex")}`;
  return { kind: "pem", key, fingerprint, title: titleOf(key, name) };
}

function titleOf(
  { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject,
  name: string,
): string {
  const curve = curves[details?.namedCurve ?? ""];
  if (type === "ec" && curve) return `ECDSA ${curve}`;
  if (type === "rsa") {
    const bits = details!.modulusLength!;
    if (bits >= leastRsaBits) return `RSA ${bits}`;
    throw new ArchiveError(`${name}: an RSA key of ${bits} bits is too short; ${leastRsaBits} are the least`);
  }
  throw new ArchiveError(
    `${name}: keys of type ${[type, details?.namedCurve].filter(Boolean).join(" ")} are not supported in PEM; ECDSA on P-256 or P-384 and RSA are`,
  );
}
