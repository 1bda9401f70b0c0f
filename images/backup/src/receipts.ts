import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExportReceipt, Receipt, Signed } from "../../../operations/backup/receipt";
import { timeTag } from "../../../operations/time-tag";

/**
 * A signed receipt; undefined when a disk has damaged it, when it is no receipt, or when it has just been pruned: the
 * others count.
 */
export function readReceipt<T extends Receipt | ExportReceipt>(path: string): Signed<T> | undefined {
  try {
    const signed = JSON.parse(readFileSync(path, "utf8")) as Signed<T>;
    return typeof signed.receipt.sequence === "number" ? signed : undefined;
  } catch {
    return undefined;
  }
}

/** Those of a folder's files that are receipts and can be read, in the order of their sequence. */
export function readReceipts<T extends Receipt | ExportReceipt>(
  folder: string,
  names: string[],
): Signed<T>[] {
  return names
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => readReceipt<T>(join(folder, name)) ?? [])
    .sort((a, b) => a.receipt.sequence - b.receipt.sequence);
}

/** Ids of backups and exports. */
export const ARCHIVE_ID = /^(settings-)?[0-9]+-[0-9TZ]+$/;

/** Number and time of a backup or an export; such names sort in the order in which they were given. */
export function numbered(sequence: number, now: Date): string {
  return `${String(sequence).padStart(6, "0")}-${timeTag(now)}`;
}
