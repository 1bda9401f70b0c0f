import { createHash, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { fromBase64 } from "./base64";
import { ArchiveError } from "./error";
import { minisignId, type MinisignKey } from "./minisign-key";
import type { Verifier } from "./verifier";

const trusted = "trusted comment: ";

/**
 * Verifies a minisign signature, prehashed (ED) or legacy (Ed), and the global signature over it and its trusted
 * comment.
 * @throws ArchiveError at once if it is damaged, another key's, or its trusted comment was altered
 */
export function minisignVerifier(text: string, key: MinisignKey): Verifier {
  const refuse = (reason: string) => new ArchiveError(`signature (minisign): ${reason}`);
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const [, encoded = "", comment, global = ""] = lines;
  if (lines.length > 4) throw refuse("has lines too many at its end");
  const bytes = fromBase64(encoded);
  if (bytes?.length !== 74) throw refuse("is truncated or damaged in its second line");
  const globalSignature = fromBase64(global);
  if (!comment?.startsWith(trusted) || globalSignature?.length !== 64) {
    throw refuse("is truncated: its trusted comment or that one's signature is missing");
  }
  const algorithm = bytes.toString("latin1", 0, 2);
  const [id, signature] = [bytes.subarray(2, 10), bytes.subarray(10)];
  if (algorithm !== "ED" && algorithm !== "Ed") throw refuse(`its algorithm ${algorithm} is not supported`);
  if (!id.equals(key.id)) {
    throw refuse(`was made by another key, ${minisignId(id)}; the given one is ${minisignId(key.id)}`);
  }
  const said = comment.slice(trusted.length);
  if (!verify(null, Buffer.concat([signature, Buffer.from(said, "utf8")]), key.key, globalSignature)) {
    throw refuse("the trusted comment is not what was signed: it was altered, or another key made it");
  }
  return {
    ...(algorithm === "ED" ? prehashed(signature, key, refuse) : legacy(signature, key, refuse)),
    comment: said,
  };
}

type Refuse = (reason: string) => ArchiveError;

const mismatch = "is for another file, or the archive was changed";

function prehashed(signature: Buffer, { key, title }: MinisignKey, refuse: Refuse): Verifier {
  const hash = createHash("blake2b512");
  return {
    format: `${title}, prehashed`,
    update: (chunk) => void hash.update(chunk),
    finish: () => {
      if (!verify(null, hash.digest(), key, signature)) throw refuse(mismatch);
    },
  };
}

/**
 * Ed25519 over the file itself. Node's own crypto wants it in memory; but the one hash of verification (RFC 8032,
 * section 5.1.7: k = SHA-512(R, A, M)) takes the file in order, and what follows needs no more of it: [S]B - [k]A
 * must be R, compared as bytes, as libsodium does.
 */
function legacy(signature: Buffer, { raw, title }: MinisignKey, refuse: Refuse): Verifier {
  const { Point } = ed25519;
  const [r, s] = [signature.subarray(0, 32), fromLittleEndian(signature.subarray(32))];
  const a = Point.fromBytes(raw);
  if (s >= Point.Fn.ORDER) throw refuse("is malformed");
  const hash = createHash("sha512").update(r).update(raw);
  return {
    format: `${title}, legacy`,
    update: (chunk) => void hash.update(chunk),
    finish: () => {
      const k = fromLittleEndian(hash.digest()) % Point.Fn.ORDER;
      const point = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
      if (!r.equals(point.toBytes())) throw refuse(mismatch);
    },
  };
}

function fromLittleEndian(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}
