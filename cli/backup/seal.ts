import { CliError, refusal } from "../exit";

/** What was encrypted, with a way to prove it. */
export interface Sealed {
  /** A file in age's format. */
  bytes: Uint8Array;
  /**
   * Decrypts a copy of the file by a one-time key, which is in this process's memory alone.
   * @throws Error when it is not as it was made
   */
  open(copy: Uint8Array): Promise<Uint8Array>;
}

/** Encrypts to age recipients, and to a one-time key by which the result can be proven. @throws CliError for one that is none */
export async function seal(plain: Uint8Array, recipients: string[]): Promise<Sealed> {
  const age = await import("age-encryption");
  const encrypter = new age.Encrypter();
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient);
    } catch {
      throw refusal(`backup.recipients: ${recipient} is no public age key: it has a typing error`);
    }
  }
  const oneTime = await age.generateX25519Identity();
  encrypter.addRecipient(await age.identityToRecipient(oneTime));
  return {
    bytes: await encrypter.encrypt(plain),
    open: (copy) => {
      const decrypter = new age.Decrypter();
      decrypter.addIdentity(oneTime);
      return decrypter.decrypt(copy);
    },
  };
}

/**
 * Decrypts a file in age's format.
 * @param identities private keys, one in a line
 * @throws CliError when none of them opens it, or when it is not whole; says nothing of the keys
 */
export async function unseal(sealed: Uint8Array, identities: string): Promise<Uint8Array> {
  const age = await import("age-encryption");
  const decrypter = new age.Decrypter();
  for (const identity of identities.split("\n")) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      // The library's message quotes the key.
      throw refusal("--identity: a private age key on stdin has a typing error");
    }
  }
  try {
    return await decrypter.decrypt(sealed);
  } catch (error) {
    throw new CliError(`it cannot be decrypted: ${(error as Error).message}`);
  }
}
