import type { X509Certificate } from "node:crypto";

/** One thing that is wrong with a certificate, its key or the root that it is to lead to. */
export interface Finding {
  /** Which check; stable, for programs. */
  code: string;
  /** What it was found in: the certificate with its intermediates, the private key, or the given root. */
  about: "certificate" | "key" | "root";
  /** What is wrong. Names of certificates at most, never anything of a key. */
  reason: string;
  /** What to do about it. */
  remedy: string;
}

/** Longest name that a message shows, in characters. */
const shownLength = 80;

/** A name out of a certificate for a message: quoted, of bounded length. */
export function shown(name: string): string {
  const plain = plainName(name);
  return `"${plain.length > shownLength ? `${plain.slice(0, shownLength)}…` : plain}"`;
}

/** A name without control, invisible and direction-changing characters: whoever makes a certificate chooses it. */
export function plainName(name: string): string {
  return name.replace(/[^\x20-\x7e\p{L}\p{M}\p{N}]/gu, " ").trim();
}

/** How people know a certificate: its subject's common name, else the names that it is for. */
export function titleOf(certificate: X509Certificate): string {
  return shown(commonName(certificate.subject) ?? certificate.subjectAltName ?? certificate.subject ?? "");
}

/** How people know the issuer of a certificate. */
export function issuerTitle(certificate: X509Certificate): string {
  return shown(commonName(certificate.issuer) ?? certificate.issuer ?? "");
}

/** The common name in a distinguished name as Node gives it: one attribute a line. */
export function commonName(name: string | undefined): string | undefined {
  return /^CN=(.+)$/m.exec(name ?? "")?.[1];
}
