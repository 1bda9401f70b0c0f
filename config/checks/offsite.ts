import type { Problem } from "../errors";
import { encryptedPlaceholder } from "../secret";
import type { Check } from "./check";

/** First bytes of an OpenSSH private key (PROTOCOL.key, version 1). */
const MAGIC = Buffer.from("openssh-key-v1\0");

/** The key by which copies leave the host is one that ssh takes without asking anybody. Its value is never repeated. */
export const checkOffsite: Check = ({ draft }) => {
  const key = draft.backup?.offsite?.key;
  if (key === undefined || key === encryptedPlaceholder) return [];
  const reason = keyFault(key);
  return reason === undefined ? [] : [{ path: "backup.offsite.key", reason, remedy } satisfies Problem];
};

const remedy = "make one with `ssh-keygen -t ed25519 -N ''`, and give the file without `.pub`";

function keyFault(key: string): string | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/.exec(
    key,
  );
  const bytes = Buffer.from(body?.[1] ?? "", "base64");
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return "is no private key in OpenSSH's format";
  const cipher = bytes.subarray(MAGIC.length + 4, MAGIC.length + 8).toString();
  return cipher === "none" ? undefined : "has a passphrase, and nobody is there to type it";
}
