import { createHash } from "node:crypto";
import { ArchiveError } from "./error";
import { dearmor, packetTag, readPackets } from "./openpgp-packets";
import type { KeyIdentity } from "./public-key";

export interface OpenPgpKey extends KeyIdentity {
  kind: "openpgp";
  /** The key with its user ids and subkeys: what gpgv takes as a keyring. */
  keyring: Buffer;
}

const armorStart = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/** Armored, or binary: a public key packet comes first, with an old or a new header. */
export function looksLikeOpenPgpKey(bytes: Buffer): boolean {
  return (
    bytes.toString("latin1").trimStart().startsWith(armorStart) ||
    [0x98, 0x99, 0x9a, 0xc6, 0x94, 0x95, 0xc5].includes(bytes[0]!)
  );
}

/**
 * Reads the public key of exactly one signer. Its fingerprint is that of the primary key alone: new expiry dates
 * and subkeys, which the primary key signs, do not make it another signer.
 * @throws ArchiveError if it is damaged, secret, or more than one
 */
export function readOpenPgpKey(bytes: Buffer, name: string): OpenPgpKey {
  const text = bytes.toString("latin1");
  const keyring = text.trimStart().startsWith(armorStart) ? dearmor(text, "PUBLIC KEY BLOCK") : bytes;
  const packets = keyring && readPackets(keyring);
  if (keyring === undefined || packets === undefined) {
    throw new ArchiveError(`${name}: the OpenPGP public key is truncated or damaged`);
  }
  if (packets.some(({ tag }) => tag === packetTag.secretKey || tag === packetTag.secretSubkey)) {
    throw new ArchiveError(`${name}: is a secret key; give the public one: gpg --export KEY`);
  }
  const [primary, ...others] = packets.filter(({ tag }) => tag === packetTag.publicKey);
  if (!primary || others.length > 0) {
    throw new ArchiveError(
      `${name}: holds ${packets.filter(({ tag }) => tag === packetTag.publicKey).length} OpenPGP keys, not the one of the signer: gpg --export KEY`,
    );
  }
  const length = Buffer.alloc(2);
  length.writeUInt16BE(primary.body.length);
  const v4 = createHash("sha1").update(Buffer.concat([Buffer.of(0x99), length, primary.body]));
  return {
    kind: "openpgp",
    keyring,
    fingerprint: `sha256:${createHash("sha256").update(primary.body).digest("hex")}`,
    title: `OpenPGP ${v4.digest("hex").toUpperCase()}`,
  };
}
