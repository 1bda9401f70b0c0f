import { createHash } from "node:crypto";
import { cosignBundle, cosignSignature } from "./cosign";
import { ArchiveError } from "./error";
import { minisignVerifier } from "./minisign";
import { openPgpVerifier } from "./openpgp";
import { opensslVerifier } from "./openssl";
import type { SignerKey } from "./public-key";
import type { Verifier } from "./verifier";

/** What was found true of an archive. */
export interface Verification {
  /** Of the archive, 64 hex digits. */
  sha256: string;
  /** Format and key of the signature. */
  format: string;
  /** minisign's trusted comment. */
  comment?: string;
}

/** Where the parts of OpenPGP that gpgv must have as files are put. */
export interface VerifyOptions {
  folder: string;
}

/**
 * Verifies an archive as it passes by: it is never in memory as a whole.
 * @param chunks the very bytes that are used afterwards
 * @param signature content of the signature's file, whose format shows in it
 * @throws ArchiveError which names the format and what is wrong
 */
export async function verifyArchive(
  chunks: AsyncIterable<Buffer>,
  signature: Buffer,
  key: SignerKey,
  options: VerifyOptions,
): Promise<Verification> {
  const verifier = await verifierOf(signature, key, options);
  const hash = createHash("sha256");
  for await (const chunk of chunks) {
    hash.update(chunk);
    await verifier.update(chunk);
  }
  const sha256 = hash.digest("hex");
  await verifier.finish(sha256);
  const { format, comment } = verifier;
  return { sha256, format, ...(comment === undefined ? {} : { comment }) };
}

/** Forms that a signature's file can be told by. */
type Form = "minisign" | "armored OpenPGP" | "JSON bundle" | "base64" | "binary";

async function verifierOf(signature: Buffer, key: SignerKey, { folder }: VerifyOptions): Promise<Verifier> {
  const text = signature.toString("utf8");
  if (text.trim() === "") throw new ArchiveError("signature: the file is empty");
  const form = formOf(signature, text);
  const wrongKey = new ArchiveError(
    `signature: is of another format (${form}) than the key, which is ${key.title}`,
  );
  switch (key.kind) {
    case "minisign":
      if (form !== "minisign") throw wrongKey;
      return minisignVerifier(text, key);
    case "openpgp":
      if (form !== "armored OpenPGP" && !isOpenPgpPacket(signature)) throw wrongKey;
      return openPgpVerifier(signature, key, folder);
    case "pem":
      if (form === "JSON bundle") return cosignBundle(text, key);
      if (form === "base64") return cosignSignature(text, key);
      if (form === "binary") return opensslVerifier(signature, key);
      throw wrongKey;
  }
}

function formOf(signature: Buffer, text: string): Form {
  // First: what RSA makes may begin with any byte, one in 256 with the brace of a bundle.
  if (isMostlyBinary(signature)) return "binary";
  const start = text.trimStart();
  if (start.startsWith("untrusted comment:")) return "minisign";
  if (start.startsWith("-----BEGIN PGP SIGNATURE-----")) return "armored OpenPGP";
  const other = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(start);
  if (other) throw new ArchiveError(`signature: ${other[1]} is not supported`);
  if (start.startsWith("{")) return "JSON bundle";
  return /^[A-Za-z0-9+/=\s]+$/.test(signature.toString("latin1")) ? "base64" : "binary";
}

/** Of random bytes five in eight are not of text; a text in which some are is a damaged text. */
function isMostlyBinary(bytes: Buffer): boolean {
  const isText = (byte: number) => (byte >= 0x20 && byte < 0x7f) || [0x09, 0x0a, 0x0d].includes(byte);
  return bytes.filter((byte) => !isText(byte)).length > bytes.length / 4;
}

/** The header of a signature packet, old or new. */
function isOpenPgpPacket([first]: Buffer): boolean {
  return [0x88, 0x89, 0x8a, 0xc2].includes(first!);
}
