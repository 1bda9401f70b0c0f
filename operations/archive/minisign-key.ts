import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { fromBase64 } from "./base64";
import { ArchiveError } from "./error";
import type { KeyIdentity } from "./public-key";

export interface MinisignKey extends KeyIdentity {
  kind: "minisign";
  key: KeyObject;
  /** The 32 bytes of the Ed25519 key. */
  raw: Buffer;
  /** Eight bytes that stand in every signature too. */
  id: Buffer;
}

/** What stands before the 32 bytes of an Ed25519 key in SPKI form (RFC 8410). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The file, or its base64 line alone, as vendors print it. */
export function looksLikeMinisignKey(text: string): boolean {
  return text.startsWith("untrusted comment:") || /^RW[A-Za-z0-9+/]{54}\s*$/.test(text);
}

/** @throws ArchiveError if it is damaged */
export function readMinisignKey(text: string, name: string): MinisignKey {
  const lines = text.trimEnd().split(/\r?\n/);
  const bytes = fromBase64(lines[0]!.startsWith("untrusted comment:") ? (lines[1] ?? "") : lines[0]!);
  // Algorithm "Ed", key id, key.
  if (bytes?.length !== 42 || bytes.toString("latin1", 0, 2) !== "Ed") {
    throw new ArchiveError(`${name}: the minisign public key is truncated or damaged`);
  }
  const [id, raw] = [bytes.subarray(2, 10), bytes.subarray(10)];
  const der = Buffer.concat([spkiPrefix, raw]);
  return {
    kind: "minisign",
    key: createPublicKey({ key: der, format: "der", type: "spki" }),
    raw,
    id,
    fingerprint: `sha256:${createHash("sha256").update(der).digest("hex")}`,
    title: `minisign ${minisignId(id)}`,
  };
}

/** A key's id as minisign prints it: a little-endian number. */
export function minisignId(id: Buffer): string {
  return Buffer.from(id).reverse().toString("hex").toUpperCase();
}
