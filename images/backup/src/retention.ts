import type { Receipt } from "../../../operations/backup/receipt";
import type { AgeClasses, Retention } from "../../../operations/backup/sidecar";

type Dated = Pick<Receipt, "id" | "sequence" | "kind" | "begun">;

/** By what two backups are of the same day, week (from Monday on) or month, in UTC. */
const GROUPS: Record<keyof AgeClasses, (receipt: Dated) => string> = {
  daily: ({ begun }) => begun.slice(0, 10),
  weekly: ({ begun }) => String(Math.floor((Date.parse(begun.slice(0, 10)) / 86_400_000 + 3) / 7)),
  monthly: ({ begun }) => begun.slice(0, 7),
};

/**
 * Which backups may go, oldest first: scheduled ones that are neither among the newest `last` which are still whole,
 * nor the newest whole one of one of the last `daily` days, `weekly` weeks or `monthly` months that have any. Backups
 * that somebody asked for stay; one whose file is gone or cut short keeps no other from staying. What is newest goes by
 * the order of the runs: a clock that was wrong for a while takes one place in a class, and nobody else's.
 * @param present whether a backup's file is there at its full size
 */
export function expired<T extends Dated>(
  receipts: T[],
  retention: Retention,
  present: (receipt: T) => boolean,
): T[] {
  const newestFirst = receipts
    .filter(({ kind }) => kind === "scheduled")
    .sort((a, b) => b.sequence - a.sequence);
  const whole = newestFirst.filter(present);
  const last = Math.max(1, retention.last);
  if (whole.length < last) return [];
  const { sequence: oldest } = whole[last - 1]!;
  const ofClasses = new Set(
    (Object.keys(GROUPS) as (keyof AgeClasses)[]).flatMap((name) =>
      newestOfEach(whole, GROUPS[name]).slice(0, retention[name]),
    ),
  );
  return newestFirst.filter((receipt) => receipt.sequence < oldest && !ofClasses.has(receipt)).reverse();
}

/** The first of each group, in the order of the list. */
function newestOfEach<T extends Dated>(newestFirst: T[], groupOf: (receipt: Dated) => string): T[] {
  const groups = new Map<string, T>();
  for (const receipt of newestFirst) {
    const group = groupOf(receipt);
    if (!groups.has(group)) groups.set(group, receipt);
  }
  return [...groups.values()];
}
