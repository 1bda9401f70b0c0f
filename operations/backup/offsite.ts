import type { Signed, SignedExport, SignedReceipt } from "./receipt";

/**
 * What the stack, its shipper and the CLI agree on: copies of backups off the host. No imports that run: the CLI and
 * the shipper's program both take it in.
 */

/** The shipper's user: not the sidecar's, so that it reads ciphertext and receipts by their group and nothing else. */
export const SHIPPER_USER = { uid: 998, gid: 999 };

/** The shipper's own volume: its key and its receipts. */
export const SHIPPER_FOLDER = "/var/lib/strongroom-shipper";

/** Files that only the shipper's user reads: its private SSH key, and the target's host key as ssh wants it. */
export const SHIPPER_SECRETS = "/run/strongroom/secrets";
export const KEY_FILE = `${SHIPPER_SECRETS}/key`;
export const KNOWN_HOSTS_FILE = `${SHIPPER_SECRETS}/known_hosts`;

/** Name under which the target's host key is known, whatever address it is reached by. */
export const HOST_KEY_ALIAS = "strongroom-offsite";

/** Tag of an export's snapshot, beside its id: by it restic keeps exports, whatever their age. */
export const EXPORT_TAG = "settings";

/** Variable with the shipper's settings as JSON: `ShipperSettings`. It holds no secret. */
export const SHIPPER_VARIABLE = "STRONGROOM_SHIPPER";

/** Where copies go: a restic repository behind SSH, which the account's forced command opens for appending only. */
export interface OffsiteTarget {
  host: string;
  port: number;
  user: string;
}

/** What the shipper is told by the stack. */
export interface ShipperSettings {
  stack: string;
  target: OffsiteTarget;
  /** Seconds from one backup to the next: two of them without a copy off the host raise the alarm. */
  periodSeconds: number;
}

/** The repository that a target had when it was reached last. */
export interface CopyPlace {
  /** `user@host:port` of the target, and the id of the restic repository there. */
  target: string;
  repository: string;
}

/** What was proven about a copy off the host. Holds no secret. */
export interface ShippingReceipt extends CopyPlace {
  schema: 1;
  kind: "shipped";
  /** Id of the backup or export. */
  id: string;
  /** Signature of the backup's or export's own receipt, as it lies beside the copy. */
  signature: string;
  stack: string;
  /** Path in the snapshot, and the snapshot's id or its first digits: nothing there is changed under it. */
  object: string;
  version: string;
  /** SHA-256 in hex and size in bytes of what was fetched. */
  sha256: string;
  bytes: number;
  level: "fetched again from off the host";
  /** ISO time at which the backup or export itself was proven on the host. */
  proven: string;
  /** ISO time at which what was fetched was found equal. */
  ended: string;
}

export type SignedShipping = Signed<ShippingReceipt>;

/** What `shipped` prints, one JSON document. */
export interface ShippingListing {
  /** Ed25519 public key by which the shipper's receipts are signed, base64. */
  publicKey: string;
  /** Where the shipper sends to; without a repository as long as it has not reached that target. */
  target: string;
  repository?: string;
  /** Those of copies in that repository: what was in another one, or at another target, is not off the host any more. */
  shipped: SignedShipping[];
  /** Ids of those whose copy was found damaged and is not mended yet. */
  damaged: string[];
}

/** What `offsite-list` and `offsite-read` are told on their stdin, as JSON: no key is in an argument or a variable. */
export interface OffsiteRequest {
  target: OffsiteTarget;
  /** Private SSH key, and the target's public host key. */
  key: string;
  hostKey: string;
  stack: string;
  /** Of what is read: the snapshot and the path in it. */
  version?: string;
  path?: string;
}

/** What `offsite-list` prints: each copy, oldest first, with the paths of its file and of its receipt. */
export type OffsiteListing = { id: string; version: string; object: string; receipt: string }[];

/** What `adopt` is told on its stdin, as a line of JSON before the file itself. */
export interface AdoptRequest {
  signed: SignedReceipt | SignedExport;
  /** Ed25519 public key that the receipt must be signed with, base64. */
  publicKey: string;
}

/** Line of a known_hosts file. @param hostKey type and key, as in a `.pub` file */
export function knownHosts(hostKey: string): string {
  return `${HOST_KEY_ALIAS} ${hostKey}\n`;
}

/** The target, for people and receipts. */
export function targetText({ user, host, port }: OffsiteTarget): string {
  return `${user}@${host.includes(":") ? `[${host}]` : host}:${port}`;
}
