import { createHmac, hkdfSync } from "node:crypto";
import { inspect } from "node:util";

/**
 * Stands in for a value that is encrypted in the stack's file and that only the engine can decrypt. The CLI
 * checks a file that holds such values; whoever asks for the plain value then gets an error, not this text.
 */
export const encryptedPlaceholder = "[encrypted in the stack's file]";

/**
 * A secret value that cannot be printed by accident: its string, JSON and inspect forms are all "[secret]".
 * Components turn it into a Pulumi secret with `pulumi.secret(secret.reveal())`.
 */
export class Secret {
  readonly #value: string;
  /**
   * HMAC-SHA256 under the stack key, first 16 hex digits: changes exactly when the value does and says
   * nothing about it, so it may stand in a release hash or a preview.
   */
  readonly fingerprint: string;

  constructor(value: string, stackKey: string) {
    this.#value = value;
    this.fingerprint = createHmac("sha256", stackKey).update(value).digest("hex").slice(0, 16);
  }

  /**
   * The plain value. Only for handing it to `pulumi.secret`, a child's stdin or a file of mode 0400.
   * Throws if the value is encrypted in the stack's file and was not decrypted by the engine.
   */
  reveal(): string {
    if (this.#value === encryptedPlaceholder) {
      throw new Error("this secret is encrypted in the stack's file: only the engine can read it");
    }
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

/**
 * A secret derived from the stack key: HKDF-SHA256 (RFC 5869) without salt, with the info
 * `strongroom/<stack>/<name>/<generation>`; 32 bytes as base64url (43 characters). The same inputs always
 * give the same secret, so none has to be stored; a new generation gives a new one.
 * @param stackKey 64 hex digits, or the placeholder of an encrypted one.
 */
export function deriveSecret(stackKey: string, stack: string, name: string, generation: number): Secret {
  if (stackKey === encryptedPlaceholder) return new Secret(encryptedPlaceholder, stackKey);
  const info = `strongroom/${stack}/${name}/${generation}`;
  const bytes = hkdfSync("sha256", Buffer.from(stackKey, "hex"), "", info, 32);
  return new Secret(Buffer.from(bytes).toString("base64url"), stackKey);
}
