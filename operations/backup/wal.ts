import type { Signed } from "./receipt";

/**
 * What the stack, the sidecar that keeps the write-ahead log, and the CLI agree on. No imports that run: all three take
 * it in.
 */

/** The sidecar's own volume: its key, the archive, and the folder in which base backups are made. */
export const WAL_FOLDER = "/var/lib/strongroom-wal";

/** Variable with the sidecar's settings as JSON: `WalSettings`. It holds no secret. */
export const WAL_VARIABLE = "STRONGROOM_WAL";

/** Slot by which the server keeps its log until the sidecar has it. */
export const WAL_SLOT = "strongroom_wal";

/** From one copy of the segment that is being written to the next: 20 s. */
export const COPY_SECONDS = 20;

/** From here on the archive is behind, and the alarm is raised: 40 s. */
export const LAG_SECONDS = 40;

/** What the sidecar is told by the stack. */
export interface WalSettings {
  stack: string;
  database: { host: string; port: number; name: string; role: string };
  /** Seconds from the begin of one base backup to the next. */
  basePeriodSeconds: number;
  /** Base backups that are kept, with the log since the oldest of them. */
  keep: number;
  /** age recipients. */
  recipients: string[];
}

/** Why a stretch began: the last three are alarms, until it has a base backup. */
export type StretchCause =
  | "first"
  | "another cluster"
  | "another timeline"
  | "the slot was lost"
  | "the slot is gone"
  | "the server's log does not go on where the archive ends";

/** A part of the log without a gap; what is restored from one stretch needs nothing of another. */
export interface Stretch {
  /** Counts the stretches of this archive, from 1. */
  number: number;
  systemIdentifier: string;
  timeline: number;
  /** Its first segment. */
  start: string;
  cause: StretchCause;
  /** ISO time. */
  began: string;
}

/** What was proven about a base backup. Holds no secret. */
export interface BaseReceipt {
  schema: 1;
  kind: "base";
  /** Name of the base backup; ids sort in the order in which they were begun. */
  id: string;
  sequence: number;
  stack: string;
  database: string;
  systemIdentifier: string;
  timeline: number;
  /** Number of its stretch, and the segment from which on a restore needs the log. */
  stretch: number;
  start: string;
  /** The encrypted file's name in the stretch's folder, its SHA-256 in hex, and its size in bytes. */
  file: string;
  sha256: string;
  bytes: number;
  /** Bytes of what is in it. */
  clusterBytes: number;
  recipients: string[];
  level: "decrypted and verified by pg_verifybackup";
  /** ISO times: when it was begun, from when on a restore can reach, and when it was found whole. */
  begun: string;
  consistent: string;
  ended: string;
}

/** What is archived of the log: a segment, or the history of a timeline. */
export interface LogReceipt {
  schema: 1;
  kind: "log";
  stack: string;
  systemIdentifier: string;
  stretch: number;
  /** Postgres' name of it. */
  name: string;
  file: string;
  sha256: string;
  bytes: number;
}

/** Up to when a stretch holds everything. Written anew with each copy of the segment that is being written. */
export interface ReachReceipt {
  schema: 1;
  kind: "reached";
  stack: string;
  systemIdentifier: string;
  stretch: number;
  /** ISO time: what was committed up to then is in the archive. */
  time: string;
  /** Where the server's log ended then. */
  lsn: string;
  /** Copy of the unfinished segment that goes with it; without one the log ended with a segment. */
  partial?: { name: string; file: string; sha256: string; bytes: number };
}

/** A stretch as it lies in the archive. */
export interface StretchListing {
  stretch: Stretch;
  bases: Signed<BaseReceipt>[];
  /** Names of the finished segments, sorted. */
  segments: string[];
  /** Without one nothing of it is proven to reach anywhere. */
  reached?: Signed<ReachReceipt>;
}

/** What `wal-list` prints, one JSON document. */
export interface WalListing {
  /** Ed25519 public key by which this archive's receipts are signed, base64. */
  publicKey: string;
  /** In the order in which they began. */
  stretches: StretchListing[];
}

/** What `wal-check` and `wal-fill` are told on their stdin, as JSON: the identity is in no argument and no variable. */
export interface WalRequest {
  /** ISO time up to which is to be restored. */
  time: string;
  /** What it must be of. */
  stack: string;
  database: string;
  /** Ed25519 public key that receipts must be signed with, base64. */
  publicKey: string;
  /** Private age key of one of the recipients. */
  identity: string;
}

/** What `wal-check` and `wal-fill` print. */
export interface WalAnswer {
  /** Id of the base backup, and from when on it reaches. */
  base: string;
  consistent: string;
  /** Up to when its stretch of the log reaches, and where the log ended then. */
  reached: string;
  lsn: string;
  /** Bytes that the restored cluster and the log for it take. */
  bytes: number;
}

/** Folder of a stretch in the archive. */
export function stretchFolder({
  systemIdentifier,
  number,
  timeline,
}: Omit<Stretch, "start" | "cause" | "began">): string {
  const name = `${String(number).padStart(6, "0")}-${String(timeline).padStart(8, "0")}`;
  return `${WAL_FOLDER}/archive/${systemIdentifier}/${name}`;
}

/** Whether `database.restore.from` is a time, and not the id of a backup: an id has no colon. */
export function isTime(from: string): boolean {
  return from.includes(":");
}

/** Whether what began a stretch left a time that no restore reaches. */
export function isLoss(cause: StretchCause): boolean {
  return !["first", "another cluster", "another timeline"].includes(cause);
}
