/** Longest time for which a sidecar that has just been started, on a stack that was off, counts as healthy: 10 minutes. */
const CATCH_UP_MS = 600_000;

/** What the schedule goes by; times in ms since the epoch. */
export interface Clock {
  periodMs: number;
  /** End of the last verified backup; undefined without any. */
  lastVerified: number | undefined;
  /** When the store was made. */
  storeMade: number;
  /** When this process was started. */
  started: number;
}

/**
 * Until when all is well: two periods after the last verified backup; without any, after the store was made. Who
 * was off for longer first gets the time to catch up.
 */
export function healthyUntil({ periodMs, lastVerified, storeMade, started }: Clock): number {
  return Math.max((lastVerified ?? storeMade) + 2 * periodMs, started + Math.min(2 * periodMs, CATCH_UP_MS));
}

/** A failed run is tried again after this, or after the period if that is shorter: 1 minute. */
const RETRY_MS = 60_000;

/**
 * When the next scheduled run begins: a period after the last one's begin; at once without one, or if that is past.
 * @param lastBegun begin of the last verified scheduled backup
 * @param lastFailed when a run failed after it
 */
export function nextRun(
  periodMs: number,
  lastBegun: number | undefined,
  lastFailed: number | undefined,
): number {
  const due = lastBegun === undefined ? 0 : lastBegun + periodMs;
  return lastFailed === undefined ? due : Math.max(due, lastFailed + Math.min(periodMs, RETRY_MS));
}
