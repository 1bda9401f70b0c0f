import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import {
  publicKeyText,
  type Receipt,
  signReceipt,
  type SignedReceipt,
} from "../../../operations/backup/receipt";
import {
  BACKUP_FOLDER,
  EXPORTS_FOLDER,
  type Retention,
  STORE_FOLDER,
  type StoreListing,
} from "../../../operations/backup/sidecar";
import { PARTIAL, shareFolder, SHIPPED_MODE, sync, writeDurably } from "./durable";
import { exported } from "./exports";
import { numbered, readReceipt, readReceipts } from "./receipts";
import { expired } from "./retention";

const KEY_FILE = join(BACKUP_FOLDER, "receipts.key");
/** Since when the sidecar has had the time to catch up; its own time says when it was seen last. */
const START_FILE = join(BACKUP_FOLDER, "catching-up-since");

/**
 * As `makeStore`, and removes the partial files of runs that ended without a word. Ciphertext and receipts are opened to
 * the shipper, also those from before there was one.
 */
export function openStore(): KeyObject {
  const key = makeStore();
  for (const name of readdirSync(STORE_FOLDER)) if (name.endsWith(PARTIAL)) rmSync(join(STORE_FOLDER, name));
  // To pass through, and no more: all the rest is its owner's alone.
  chmodSync(BACKUP_FOLDER, 0o710);
  for (const folder of [STORE_FOLDER, EXPORTS_FOLDER]) shareFolder(folder);
  return key;
}

/** Makes what a new volume lacks. @returns the key of this store, by which its receipts are signed */
export function makeStore(): KeyObject {
  mkdirSync(STORE_FOLDER, { recursive: true, mode: 0o750 });
  return openKey(KEY_FILE);
}

/** The Ed25519 private key in a file, which is made if it is not there. */
export function openKey(path: string): KeyObject {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeDurably(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
  return createPrivateKey(readFileSync(path));
}

/**
 * What the last start wrote by `noteStart`, and when the sidecar was seen at work last, ms since the epoch; undefined
 * before the first start. In the volume, since it must outlive whatever ends the sidecar.
 */
export function lastStart(): { since: number; seen: number } | undefined {
  try {
    return { since: Number(readFileSync(START_FILE, "utf8")), seen: statSync(START_FILE).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** @param since from when on the time to catch up counts, ms since the epoch */
export function noteStart(since: number): void {
  writeDurably(START_FILE, String(since));
}

/** Notes that the sidecar is at work at this time, ms since the epoch. */
export function noteSeen(now: number): void {
  if (existsSync(START_FILE)) utimesSync(START_FILE, now / 1000, now / 1000);
}

/** When the store was made, ms since the epoch. */
export function storeMade(): number {
  return statSync(KEY_FILE).mtimeMs;
}

/** All receipts that can be read, in the order of their sequence. */
export function receipts(): SignedReceipt[] {
  return readReceipts<Receipt>(STORE_FOLDER, receiptFiles());
}

/** What is in the store. */
export function listing(): StoreListing {
  const publicKey = publicKeyText(makeStore());
  const unreadable = receiptFiles().filter(
    (name) => readReceipt(join(STORE_FOLDER, name)) === undefined && isThere(name),
  );
  return {
    publicKey,
    backups: receipts(),
    unproven: unproven(),
    unreadable: unreadable.sort(),
    exports: exported(),
  };
}

/** The receipt of one backup. @throws Error when there is none, or it cannot be read */
export function receiptOf(id: string): SignedReceipt {
  const signed = /^[0-9]+-[0-9TZ]+$/.test(id)
    ? readReceipt<Receipt>(join(STORE_FOLDER, `${id}.json`))
    : undefined;
  if (!signed) throw new Error(`there is no backup ${id} in this store, or its receipt cannot be read`);
  return signed;
}

/** Path of a backup's file. */
export function backupPath({ file }: Pick<Receipt, "file">): string {
  return join(STORE_FOLDER, file);
}

const receiptFiles = (): string[] => readdirSync(STORE_FOLDER).filter((name) => name.endsWith(".json"));
const isThere = (name: string): boolean => existsSync(join(STORE_FOLDER, name));

/** Backups without a receipt, sorted. One whose receipt cannot be read any more is none of them. */
function unproven(): string[] {
  return readdirSync(STORE_FOLDER)
    .filter((name) => name.endsWith(".age") && !isThere(name.replace(/\.dump\.age$/, ".json")))
    .sort();
}

/** Number and name of the next backup: no file of this store has had it, not even one that was never proven. */
export function nextBackup(now: Date): { sequence: number; id: string } {
  const sequence =
    1 + Math.max(0, ...readdirSync(STORE_FOLDER).map((name) => Number.parseInt(name, 10) || 0));
  return { sequence, id: numbered(sequence, now) };
}

/** Path under which a file is made before it is whole. */
export function partialPath(file: string): string {
  return join(STORE_FOLDER, `${file}${PARTIAL}`);
}

/**
 * Gives a whole file its name, once it is on disk. What was there unproven goes: runs that fail again and again would
 * fill the disk, while the newest of them may be all that there is.
 * @returns its path
 */
export function keep(file: string): string {
  const path = join(STORE_FOLDER, file);
  const superseded = unproven();
  chmodSync(partialPath(file), SHIPPED_MODE);
  sync(partialPath(file));
  renameSync(partialPath(file), path);
  sync(STORE_FOLDER);
  for (const each of superseded) rmSync(join(STORE_FOLDER, each));
  return path;
}

/** Signs a receipt and puts it beside its backup, which counts from then on. */
export function writeReceipt(receipt: Receipt, key: KeyObject): SignedReceipt {
  const signed = signReceipt(receipt, key);
  const path = join(STORE_FOLDER, `${receipt.id}.json`);
  writeDurably(path, `${JSON.stringify(signed, undefined, 2)}\n`, SHIPPED_MODE);
  return signed;
}

/**
 * Removes what a backup that has just been proven makes superfluous: scheduled ones of the same cluster that do not
 * have to stay, and files that were never proven. Those of a database that this one took the place of stay.
 * The receipt goes first: a file without one counts as nothing.
 * @param systemIdentifier Postgres' identifier of the cluster that the proven backup is of
 * @returns ids of the backups that are gone
 */
export function prune(retention: Retention, systemIdentifier: string): string[] {
  const ofCluster = receipts()
    .map(({ receipt }) => receipt)
    .filter((receipt) => receipt.systemIdentifier === systemIdentifier);
  const gone = expired(ofCluster, retention, isPresent);
  for (const { id } of gone) rmSync(join(STORE_FOLDER, `${id}.json`));
  for (const file of unproven()) rmSync(join(STORE_FOLDER, file));
  return gone.map(({ id }) => id);
}

function isPresent({ file, bytes }: Receipt): boolean {
  return statSync(join(STORE_FOLDER, file), { throwIfNoEntry: false })?.size === bytes;
}
