/** Verifies one signature over an archive that passes by once. */
export interface Verifier {
  /** What is verified, for people and the record, e.g. `openssl ECDSA P-256, SHA-256`. */
  format: string;
  /** What the signer says of the file under the same signature (minisign's trusted comment). */
  comment?: string;
  /** Takes the archive's next bytes. */
  update(chunk: Buffer): void | Promise<void>;
  /**
   * After the last byte.
   * @param sha256 of the archive, 64 hex digits
   * @throws ArchiveError unless the signature is this key's over these bytes
   */
  finish(sha256: string): void | Promise<void>;
}
