import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "../../components/canonical";

/** Schedule's backups rotate; those that somebody asked for stay until somebody deletes them. */
export type BackupKind = "scheduled" | "manual";

/** What was proven about a backup, by whom and when. Holds no secret: recipients are public keys. */
export interface Receipt {
  schema: 1;
  /** Name of the backup; ids sort in the order in which backups were begun. */
  id: string;
  /** Counts the backups of this store, from 1. */
  sequence: number;
  kind: BackupKind;
  stack: string;
  database: string;
  /** Postgres' own identifier of the cluster: another one is another database under the same name. */
  systemIdentifier: string;
  /** Write-ahead log position at which the snapshot was taken. */
  lsn: string;
  /** The encrypted file's name in the store, its SHA-256 in hex, and its size in bytes. */
  file: string;
  sha256: string;
  bytes: number;
  /** age recipients that can open it. */
  recipients: string[];
  /** How far it was proven: decrypted and restored from the file on the database's own host. */
  level: "restored locally";
  /** What the restored copy was compared by. */
  tables: number;
  rows: string;
  /** SHA-256, in hex, of the canonical JSON of every table's row count and checksum. */
  contents: string;
  /** What a copy needs before it can be restored: names of roles, and how the database sorts. */
  roles: string[];
  locale: { encoding: string; collate: string; ctype: string };
  /** The stack's settings as they were exported last before: the export's id, and the SHA-256 of its file in hex. */
  settings?: { id: string; sha256: string };
  /** ISO times: when the run began, and when the restored copy was found equal. */
  begun: string;
  ended: string;
}

/**
 * What was proven about an export of the stack's settings: configuration, state, certificates and keys, encrypted where
 * the command runs. Holds no secret.
 */
export interface ExportReceipt {
  schema: 1;
  /** Name of the export; ids sort in the order in which exports were taken. */
  id: string;
  /** Counts the exports of this store, from 1. */
  sequence: number;
  kind: "settings";
  stack: string;
  /** The encrypted file's name in the store, its SHA-256 in hex, and its size in bytes. */
  file: string;
  sha256: string;
  bytes: number;
  /** age recipients that can open it. */
  recipients: string[];
  /** How far it was proven: read back from the store, decrypted, and found equal by the command that made it. */
  level: "decrypted by its sender";
  /** SHA-256, in hex, of what is in it and of its recipients: an equal one need not be taken again. */
  contents: string;
  /** ISO time at which it was found equal. */
  ended: string;
}

/** A receipt as it lies in the store, `<id>.json`. */
export interface Signed<T> {
  receipt: T;
  /** Ed25519 over the receipt's canonical JSON, base64. */
  signature: string;
}

export type SignedReceipt = Signed<Receipt>;
export type SignedExport = Signed<ExportReceipt>;

/** The receipt with its signature. @param key Ed25519 private key */
export function signReceipt<T extends object>(receipt: T, key: KeyObject): Signed<T> {
  return { receipt, signature: sign(null, Buffer.from(canonicalJson(receipt)), key).toString("base64") };
}

/** Whether the receipt is what the key signed. @param publicKey as `publicKeyText` gives it */
export function isSignedBy({ receipt, signature }: Signed<object>, publicKey: string): boolean {
  const key = createPublicKey({
    key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey, "base64").toString("base64url") },
    format: "jwk",
  });
  return verify(null, Buffer.from(canonicalJson(receipt)), key, Buffer.from(signature, "base64"));
}

/** An Ed25519 public key as its 32 bytes in base64 (44 characters): short enough for a configuration. */
export function publicKeyText(key: KeyObject): string {
  const { x } = createPublicKey(key.export({ type: "pkcs8", format: "pem" })).export({ format: "jwk" });
  return Buffer.from(x!, "base64url").toString("base64");
}
