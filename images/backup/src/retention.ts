import type { Receipt } from "../../../operations/backup/receipt";

/**
 * Which backups may go, oldest first: scheduled ones beyond the newest `keep` that are still whole. Backups that
 * somebody asked for stay; one whose file is gone or cut short keeps no other from staying.
 * @param present whether a backup's file is there at its full size
 */
export function expired<T extends Pick<Receipt, "id" | "sequence" | "kind">>(
  receipts: T[],
  keep: number,
  present: (receipt: T) => boolean,
): T[] {
  const newestFirst = receipts
    .filter(({ kind }) => kind === "scheduled")
    .sort((a, b) => b.sequence - a.sequence);
  const kept = newestFirst.filter(present).slice(0, Math.max(1, keep));
  if (kept.length < keep) return [];
  const oldestKept = kept.at(-1)!.sequence;
  return newestFirst.filter(({ sequence }) => sequence < oldestKept).reverse();
}
