import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** PostgreSQL's default for scram_iterations. */
const ITERATIONS = 4096;

/**
 * SCRAM-SHA-256 verifier as Postgres stores it (RFC 5802, RFC 7677), so that no password is ever in SQL text.
 * The password must be ASCII: SASLprep is not applied, and generated passwords need none.
 */
export function scramVerifier(password: string, salt = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const hmac = (text: string) => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}

/** Whether a verifier, as Postgres has it, is of this password: another number of iterations counts as another one. */
export function isVerifierOf(verifier: string, password: string): boolean {
  const salt = /^SCRAM-SHA-256\$\d+:([^$]+)\$/.exec(verifier)?.[1];
  return salt !== undefined && scramVerifier(password, Buffer.from(salt, "base64")) === verifier;
}
