/** Longest time for which a shipper that has just been started counts as healthy: 10 minutes. */
const CATCH_UP_MS = 600_000;

/** Waits between two tries while the target cannot be reached: from 5 s, doubled up to 5 min or the period. */
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 300_000;

/** What the alarm goes by; times in ms since the epoch. */
export interface ShippingClock {
  periodMs: number;
  /** Whether the newest proven backup and the newest export are off the host. */
  upToDate: boolean;
  /** When the newest backup that is off the host was proven on it; undefined without any. */
  newestShipped: number | undefined;
  /** When the shipper's volume was made, and when it was started. */
  since: number;
  started: number;
  /** Whether a copy was found damaged and is not mended. */
  anyDamaged: boolean;
  now: number;
}

/**
 * Until when all is well. What is due a period after the newest one off the host may be away for two: only then the
 * alarm is raised. A damaged copy raises it at once; a time to come was written while the clock was ahead, and says
 * nothing.
 */
export function shippingHealthyUntil(clock: ShippingClock): number {
  const { periodMs, upToDate, newestShipped, since, started, anyDamaged, now } = clock;
  if (anyDamaged) return 0;
  if (upToDate) return now + 2 * periodMs;
  const past = (time: number) => (time > now ? 0 : time);
  const due = newestShipped === undefined ? past(since) : past(newestShipped) + periodMs;
  return Math.max(due + 2 * periodMs, past(started) + Math.min(2 * periodMs, CATCH_UP_MS));
}

/** How long to wait after so many failures in a row, ms. @param failures from 1 */
export function retryAfter(failures: number, periodMs: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20), LONGEST_RETRY_MS, periodMs);
}
