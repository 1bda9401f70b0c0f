import { createDecipheriv, pbkdf2Sync } from "node:crypto";

/** Pulumi's parameters of the state "v1" (pkg/secrets/passphrase): PBKDF2-SHA256, AES-256-GCM. */
const iterations = 1_000_000;
const keyBytes = 32;
const tagBytes = 16;

/**
 * Whether a passphrase opens a stack's secrets.
 * @param salt as `encryptionsalt` has it: `v1:<salt>:v1:<nonce>:<"pulumi", encrypted>`, all in base64
 */
export function opensState(passphrase: string, salt: string): boolean {
  const [version, saltBytes, cipherVersion, nonce, sealed] = salt.split(":");
  if (version !== "v1" || cipherVersion !== "v1" || !saltBytes || !nonce || !sealed) return false;
  const key = pbkdf2Sync(passphrase, Buffer.from(saltBytes, "base64"), iterations, keyBytes, "sha256");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
    return text.toString() === "pulumi";
  } catch {
    return false;
  }
}
