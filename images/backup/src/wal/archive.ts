import type { KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { measure } from "../../../../operations/backup/measure";
import { publicKeyText, type Signed, signReceipt } from "../../../../operations/backup/receipt";
import {
  type BaseReceipt,
  type LogReceipt,
  type ReachReceipt,
  type Stretch,
  stretchFolder,
  type StretchListing,
  WAL_FOLDER,
  type WalListing,
} from "../../../../operations/backup/wal";
import { SEGMENT } from "../../../../operations/backup/wal-segments";
import { PARTIAL, sync, writeDurably } from "../durable";
import { openKey } from "../store";

const KEY_FILE = join(WAL_FOLDER, "receipts.key");
const ARCHIVE = join(WAL_FOLDER, "archive");
const STRETCH_FILE = "stretch.json";
const REACHED_FILE = "reached.json";
const RECEIVE = "receive";

/** The archive's key, made with its volume; partial files of a run that was killed go. */
export function openArchive(): KeyObject {
  mkdirSync(ARCHIVE, { recursive: true, mode: 0o700 });
  for (const stretch of stretches()) {
    const folder = stretchFolder(stretch);
    for (const name of readdirSync(folder)) if (name.endsWith(PARTIAL)) rmSync(join(folder, name));
  }
  return openKey(KEY_FILE);
}

/** In the order in which they began. A folder that was not finished being made is none. */
export function stretches(): Stretch[] {
  if (!existsSync(ARCHIVE)) return [];
  return readdirSync(ARCHIVE)
    .flatMap((system) => readdirSync(join(ARCHIVE, system)).map((name) => join(ARCHIVE, system, name)))
    .flatMap((folder) => readJson<Stretch>(join(folder, STRETCH_FILE)) ?? [])
    .sort((a, b) => a.number - b.number);
}

/**
 * Begins a stretch: from here on nothing is written to the ones before it, and what they have in plain goes; copies of
 * it are in the archive.
 */
export function beginStretch(given: Omit<Stretch, "number" | "began">): Stretch {
  const before = stretches();
  for (const each of before) rmSync(receiveFolder(each), { recursive: true, force: true });
  const number = 1 + Math.max(0, ...before.map((each) => each.number));
  const stretch = { ...given, number, began: new Date().toISOString() };
  const folder = stretchFolder(stretch);
  mkdirSync(join(folder, RECEIVE), { recursive: true, mode: 0o700 });
  writeDurably(join(folder, STRETCH_FILE), JSON.stringify(stretch));
  sync(dirname(folder));
  return stretch;
}

/** Where the server's log is received, in plain. */
export function receiveFolder(stretch: Stretch): string {
  return join(stretchFolder(stretch), RECEIVE);
}

/** What is received and waits for being archived. */
export function received(stretch: Stretch): string[] {
  return readdirSync(receiveFolder(stretch)).sort();
}

/** Names of the finished segments in the archive, sorted. */
export function segments(stretch: Stretch): string[] {
  return readdirSync(stretchFolder(stretch))
    .filter((name) => name.endsWith(".json") && SEGMENT.test(name.slice(0, -5)))
    .map((name) => name.slice(0, -5))
    .sort();
}

/** Path of a file of a stretch. */
export function archivePath(stretch: Stretch, file: string): string {
  return join(stretchFolder(stretch), file);
}

/** Signed receipt of a segment or a history; undefined when it is not archived. */
export function logReceipt(stretch: Stretch, name: string): Signed<LogReceipt> | undefined {
  return readJson(archivePath(stretch, `${name}.json`));
}

/** Names of the timelines' histories that are archived with a stretch. */
export function histories(stretch: Stretch): string[] {
  return readdirSync(stretchFolder(stretch))
    .filter((name) => name.endsWith(".history.json"))
    .map((name) => name.slice(0, -5));
}

/**
 * Gives a file that was made under its partial name its own, in place of nothing: what has a receipt is never
 * overwritten.
 * @returns its hash and size
 */
export async function keepFile(stretch: Stretch, file: string): Promise<{ sha256: string; bytes: number }> {
  const path = archivePath(stretch, file);
  sync(`${path}${PARTIAL}`);
  const measured = await measure(`${path}${PARTIAL}`);
  renameSync(`${path}${PARTIAL}`, path);
  sync(dirname(path));
  return measured;
}

/** Signs what was archived and puts it beside it, by which it counts. */
export function noteLog(stretch: Stretch, receipt: LogReceipt, key: KeyObject): void {
  writeDurably(archivePath(stretch, `${receipt.name}.json`), JSON.stringify(signReceipt(receipt, key)));
}

/** Signs up to when a stretch reaches; copies of the unfinished segment that do not go with it are gone then. */
export function noteReached(stretch: Stretch, receipt: ReachReceipt, key: KeyObject): void {
  writeDurably(archivePath(stretch, REACHED_FILE), JSON.stringify(signReceipt(receipt, key)));
  for (const name of readdirSync(stretchFolder(stretch)))
    if (name.endsWith(".partial.age") && name !== receipt.partial?.file) rmSync(archivePath(stretch, name));
}

export function reachedOf(stretch: Stretch): Signed<ReachReceipt> | undefined {
  return readJson(archivePath(stretch, REACHED_FILE));
}

/** Signs a base backup that was proven, by which it counts. */
export function noteBase(stretch: Stretch, receipt: BaseReceipt, key: KeyObject): void {
  writeDurably(archivePath(stretch, `${receipt.id}.json`), JSON.stringify(signReceipt(receipt, key)));
}

/** Base backups of a stretch, in their order. */
export function basesOf(stretch: Stretch): Signed<BaseReceipt>[] {
  return readdirSync(stretchFolder(stretch))
    .filter((name) => /^base-.*\.json$/.test(name))
    .flatMap((name) => readJson<Signed<BaseReceipt>>(archivePath(stretch, name)) ?? [])
    .sort((a, b) => a.receipt.sequence - b.receipt.sequence);
}

/** Whether a base backup's file is there at its full size. */
export function isPresent(stretch: Stretch, { file, bytes }: BaseReceipt): boolean {
  return statSync(archivePath(stretch, file), { throwIfNoEntry: false })?.size === bytes;
}

/** What there is, as the CLI and a restore see it. */
export function walListing(): WalListing {
  if (!existsSync(KEY_FILE)) throw new Error("the sidecar that keeps the log has not started yet");
  const listed = (stretch: Stretch): StretchListing => {
    // First: what it names is there, but for a copy that a newer one takes the place of.
    const reached = reachedOf(stretch);
    return { stretch, bases: basesOf(stretch), segments: segments(stretch), ...(reached ? { reached } : {}) };
  };
  return { publicKey: publicKeyText(openKey(KEY_FILE)), stretches: stretches().map(listed) };
}

/** A JSON file; undefined when it is not there, or a disk has damaged it. */
function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
