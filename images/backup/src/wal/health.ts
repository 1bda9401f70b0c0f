import { isLoss, LAG_SECONDS, type StretchCause } from "../../../../operations/backup/wal";

/** Longest time for which an archive without a base backup that is new enough counts as healthy: 10 minutes. */
const CATCH_UP_MS = 600_000;

/** What the archive's health goes by; times in ms since the epoch. */
export interface WalClock {
  /** Up to when everything is archived; undefined when nothing is. */
  reached: number | undefined;
  /** Begin of the newest base backup of this stretch; undefined without any. */
  base: number | undefined;
  basePeriodMs: number;
  /** When and why the stretch began; undefined before the first. */
  stretch: { began: number; cause: StretchCause } | undefined;
  /** When this process began: one that was off has the time to catch up. */
  started: number;
  now: number;
}

/**
 * Until when all is well: 40 s after the time up to which everything is archived, and two periods after the last base
 * backup. After a gap in the log nothing is, until there is a base backup from after it.
 */
export function walHealthyUntil({ reached, base, basePeriodMs, stretch, started, now }: WalClock): number {
  if (reached === undefined || reached > now || !stretch) return 0;
  if (base === undefined && isLoss(stretch.cause)) return 0;
  const covered = base === undefined ? stretch.began + CATCH_UP_MS : base + 2 * basePeriodMs;
  const grace = base === undefined ? 0 : started + CATCH_UP_MS;
  return Math.min(reached + LAG_SECONDS * 1000, Math.max(covered, grace));
}
