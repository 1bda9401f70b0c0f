import { constants, createVerify, publicDecrypt, type KeyObject } from "node:crypto";
import { ArchiveError } from "./error";
import type { PemKey } from "./public-key";
import type { Verifier } from "./verifier";

/** What a DigestInfo of SHA-256 begins with (RFC 8017, section 9.2, note 1); the hash follows. */
const sha256Info = Buffer.from("3031300d060960864801650304020105000420", "hex");

/**
 * Verifies a raw ECDSA (DER) or RSA signature over SHA-256, as openssl and cosign make them.
 * @param maker for messages, e.g. `openssl`
 * @throws ArchiveError at once if its form cannot be one of this key's
 */
export function pemVerifier(signature: Buffer, { key, title }: PemKey, maker: string): Verifier {
  const format = `${maker} ${title}, SHA-256`;
  const isRsa = key.asymmetricKeyType === "rsa";
  const problem = isRsa ? rsaProblem(signature, key) : ecdsaProblem(signature);
  if (problem) throw new ArchiveError(`signature (${format}): ${problem}`);
  // With RSA the padding is not known before: each has a hash of its own.
  const paddings = isRsa ? [constants.RSA_PKCS1_PADDING, constants.RSA_PKCS1_PSS_PADDING] : [undefined];
  const attempts = paddings.map((padding) => ({ padding, verify: createVerify("sha256") }));
  return {
    format,
    update: (chunk) => attempts.forEach(({ verify }) => verify.update(chunk)),
    finish: () => {
      const matches = attempts.some(({ padding, verify }) =>
        verify.verify(padding === undefined ? key : { key, padding }, signature),
      );
      if (matches) return;
      throw new ArchiveError(
        `signature (${format}): ${isRsa ? rsaMismatch(signature, key) : "is not this key's over this archive: another key made it, or it is for another file, or the archive was changed"}`,
      );
    },
  };
}

function ecdsaProblem(signature: Buffer): string | undefined {
  const length = derLength(signature);
  if (length === undefined) {
    return `is no ECDSA signature (${signature.length} bytes, not DER); a key of another type may have made it`;
  }
  if (signature.length < length) return `is truncated: ${signature.length} of ${length} bytes`;
  if (signature.length > length) return `has ${signature.length - length} bytes too many at its end`;
  return undefined;
}

function rsaProblem(signature: Buffer, key: KeyObject): string | undefined {
  const length = key.asymmetricKeyDetails!.modulusLength! / 8;
  if (signature.length === length) return undefined;
  if (derLength(signature) === signature.length)
    return "is an ECDSA signature: a key of another type made it";
  if ([256, 384, 512].includes(signature.length)) {
    return `was made by another key, of ${signature.length * 8} bits`;
  }
  return signature.length < length
    ? `is truncated: ${signature.length} of ${length} bytes`
    : `has ${signature.length - length} bytes too many at its end`;
}

/** Length in bytes that a DER SEQUENCE says of itself; undefined if it is none of a signature's size. */
function derLength(bytes: Buffer): number | undefined {
  if (bytes[0] !== 0x30 || bytes.length < 2) return undefined;
  const length = bytes[1]!;
  return length < 0x80 ? length + 2 : undefined;
}

/** With PKCS#1 v1.5 the key itself tells another key from another file. */
function rsaMismatch(signature: Buffer, key: KeyObject): string {
  try {
    const info = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    if (info.subarray(0, sha256Info.length).equals(sha256Info)) {
      const signed = info.subarray(sha256Info.length).toString("hex");
      return `is this key's, but for another file (sha256 ${signed}): the archive was changed or it is another one`;
    }
    return "is this key's, but not over SHA-256: the vendor must sign with SHA-256";
  } catch {
    return "is not this key's over this archive: another key made it, or, with PSS padding, it is for another file, or the archive was changed";
  }
}
