/** Longest time for which a sidecar on a stack that was off counts as healthy: 10 minutes. */
const CATCH_UP_MS = 600_000;

/**
 * Since when a sidecar that is being started has had the time to catch up. One that comes back within that time and
 * has proven nothing was not off: whatever ends it in each run must not make it healthy each time. Times in ms since
 * the epoch.
 * @param earlier what this function said at the last start, and when the sidecar was seen at work last; undefined at
 * the first start
 */
export function catchUpSince(
  earlier: { since: number; seen: number } | undefined,
  lastVerified: number | undefined,
  now: number,
): number {
  const goesOn =
    earlier !== undefined &&
    earlier.since <= now &&
    earlier.since > (lastVerified ?? 0) &&
    now - earlier.seen < CATCH_UP_MS;
  return goesOn ? earlier.since : now;
}

/** What the schedule goes by; times in ms since the epoch. */
export interface Clock {
  periodMs: number;
  /** End of the last verified backup; undefined without any. */
  lastVerified: number | undefined;
  /** When the store was made. */
  storeMade: number;
  /** As `catchUpSince` says. */
  catchingUpSince: number;
  now: number;
}

/**
 * Until when all is well: two periods after the last verified backup; without any, after the store was made. Who
 * was off for longer first gets the time to catch up. A time to come was written while the clock was ahead, and says
 * nothing.
 */
export function healthyUntil({ periodMs, lastVerified, storeMade, catchingUpSince, now }: Clock): number {
  const past = (time: number) => (time > now ? 0 : time);
  return Math.max(
    past(lastVerified ?? storeMade) + 2 * periodMs,
    past(catchingUpSince) + Math.min(2 * periodMs, CATCH_UP_MS),
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
