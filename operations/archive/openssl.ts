import { pemVerifier } from "./pem-verifier";
import type { PemKey } from "./public-key";
import type { Verifier } from "./verifier";

/** The raw bytes that `openssl dgst -sha256 -sign` writes. @throws ArchiveError if they cannot be this key's */
export function opensslVerifier(signature: Buffer, key: PemKey): Verifier {
  return pemVerifier(signature, key, "openssl");
}
