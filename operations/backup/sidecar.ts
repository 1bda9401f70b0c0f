import type { SignedExport, SignedReceipt } from "./receipt";

/**
 * What the stack and its backup sidecar agree on. No imports that run: both the CLI and the sidecar's program
 * take it in.
 */

/** The sidecar's volume: its store, its key, and the folder in which restores are tried. */
export const BACKUP_FOLDER = "/var/lib/strongroom";

/** Where finished backups lie: `<id>.dump.age` and `<id>.json`. */
export const STORE_FOLDER = `${BACKUP_FOLDER}/store`;

/** Where exports of the stack's settings lie: `<id>.tar.age` and `<id>.json`. */
export const EXPORTS_FOLDER = `${BACKUP_FOLDER}/settings`;

/** Name of a backup's file, or of an export's, by its receipt. */
export function fileOf({ id, kind }: Pick<(SignedReceipt | SignedExport)["receipt"], "id" | "kind">): string {
  return `${id}${kind === "settings" ? ".tar.age" : ".dump.age"}`;
}

/** First line of every file that age has encrypted (the format's version 1). */
export const AGE_HEADER = "age-encryption.org/v1\n";

/** The dump role's password, a file that only the sidecar's user reads. */
export const PASSWORD_FILE = "/run/strongroom/secrets/password";

/** Holds the second (Unix time) until which the sidecar counts as healthy. */
export const HEALTHY_UNTIL_FILE = "/tmp/healthy-until";

/** Variable with the sidecar's settings as JSON: `SidecarSettings`. It holds no secret. */
export const SETTINGS_VARIABLE = "STRONGROOM_BACKUP";

/** How many of the scheduled backups stay beside the newest: the newest of each of the last days, weeks and months. */
export interface AgeClasses {
  daily: number;
  weekly: number;
  monthly: number;
}

/** Which scheduled backups stay. */
export interface Retention extends AgeClasses {
  /** The newest ones; fewer never stay. */
  last: number;
}

/** What the sidecar is told by the stack. */
export interface SidecarSettings {
  stack: string;
  database: { host: string; port: number; name: string; role: string };
  /** Seconds from the begin of one scheduled backup to the next. */
  periodSeconds: number;
  /**
   * Scheduled backups that stay. A bare number without age classes, as ever: then nothing about the container is another
   * after an update of the project. A sidecar from before there were classes can make nothing of them, and deletes none.
   */
  keep: number | Retention;
  /** age recipients. */
  recipients: string[];
}

/**
 * Advisory lock of the product's database, by its two numbers: whoever holds it dumps or migrates. The first
 * spells "stro" in ASCII, so that it meets no product's own.
 */
export const DUMP_LOCK = [0x7374726f, 1] as const;

/** Folder of the socket by which a restore reaches the server that it fills. */
export const RESTORE_SOCKET_FOLDER = "/var/run/postgresql";

/** What `check` and `restore` are told on their stdin, as JSON: the identity is in no argument and no variable. */
export interface RestoreRequest {
  /** The backup. */
  id: string;
  /** What it must be a backup of. */
  stack: string;
  database: string;
  /** Ed25519 public key that its receipt must be signed with, base64. */
  publicKey: string;
  /** Private age key of one of its recipients. */
  identity: string;
}

/** What `take-export` prints: the file that it has put on disk, which counts as nothing until it is signed. */
export interface TakenExport {
  id: string;
  sequence: number;
  file: string;
  sha256: string;
  bytes: number;
}

/** What `sign-export` is told on its stdin, as JSON, by a command that has opened the file and found it equal. */
export interface SignExportRequest extends TakenExport {
  stack: string;
  recipients: string[];
  contents: string;
  /** Exports that are kept. */
  keep: number;
}

/** What `list` prints, one JSON document. */
export interface StoreListing {
  /** Ed25519 public key by which this store's receipts are signed, base64. */
  publicKey: string;
  backups: SignedReceipt[];
  /** Files without a receipt: their run ended before they were proven. */
  unproven: string[];
  /** Receipts that cannot be read; their backups are left alone, and count as nothing. */
  unreadable: string[];
  /** Exports of the stack's settings; a sidecar from before they were has none. */
  exports?: SignedExport[];
}
