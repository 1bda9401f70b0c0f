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
  now: number;
}

/**
 * Until when all is well: two periods after the last verified backup; without any, after the store was made. Who
 * was off for longer first gets the time to catch up. A time to come was written while the clock was ahead, and says
 * nothing.
 */
export function healthyUntil({ periodMs, lastVerified, storeMade, started, now }: Clock): number {
  const past = (time: number) => (time > now ? 0 : time);
  return Math.max(
    past(lastVerified ?? storeMade) + 2 * periodMs,
    past(started) + Math.min(2 * periodMs, CATCH_UP_MS),
  );
}

/** A failed run is tried again after this, or after the period if that is shorter: 1 minute. */
const RETRY_MS = 60_000;

/**
 * When the next scheduled run begins: a period after the last one's begin; at once without one, or if that is past
 * or if the clock was ahead then.
 * @param lastBegun begin of the last verified scheduled backup
 * @param lastFailed when a run failed after it
 */
export function nextRun(
  periodMs: number,
  lastBegun: number | undefined,
  lastFailed: number | undefined,
  now: number,
): number {
  const due = lastBegun === undefined || lastBegun > now ? 0 : lastBegun + periodMs;
  if (lastFailed === undefined || lastFailed > now) return due;
  return Math.max(due, lastFailed + Math.min(periodMs, RETRY_MS));
}
