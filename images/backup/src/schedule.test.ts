import { describe, expect, it } from "vitest";
import { catchUpSince, healthyUntil, nextRun } from "./schedule";

const hour = 3_600_000;
const day = 24 * hour;

describe("healthyUntil", () => {
  it("is two periods after the last verified backup, or after the store was made", () => {
    const clock = { periodMs: day, storeMade: 0, catchingUpSince: 0, now: 50 * day };
    expect(healthyUntil({ ...clock, lastVerified: 5 * day })).toBe(7 * day);
    expect(healthyUntil({ ...clock, lastVerified: undefined })).toBe(2 * day);
  });

  it("gives a stack that was off ten minutes to catch up, or two periods if they are shorter", () => {
    const clock = { storeMade: 0, catchingUpSince: 100 * day, lastVerified: day, now: 100 * day };
    expect(healthyUntil({ ...clock, periodMs: day })).toBe(100 * day + 600_000);
    expect(healthyUntil({ ...clock, periodMs: 10_000 })).toBe(100 * day + 20_000);
  });

  it("counts no backup of a time when the clock was ahead", () => {
    const clock = { periodMs: day, storeMade: day, catchingUpSince: 10 * day, now: 10 * day };
    expect(healthyUntil({ ...clock, lastVerified: 1000 * day })).toBe(10 * day + 600_000);
    expect(healthyUntil({ ...clock, catchingUpSince: 1000 * day, lastVerified: 1000 * day })).toBeLessThan(
      clock.now,
    );
  });
});

describe("catchUpSince", () => {
  const minute = 60_000;
  const now = 5 * day;

  it("is the first of several starts that prove nothing, as of a sidecar that dies in each run", () => {
    expect(catchUpSince(undefined, day, now)).toBe(now);
    expect(catchUpSince({ since: now - 30 * minute, seen: now - minute }, day, now)).toBe(now - 30 * minute);
  });

  it("is now for one that was off, or that has proven something since", () => {
    expect(catchUpSince({ since: now - 30 * minute, seen: now - 10 * minute }, day, now)).toBe(now);
    expect(catchUpSince({ since: now - 30 * minute, seen: now - minute }, now - 20 * minute, now)).toBe(now);
  });

  it("is now after a clock that was ahead", () => {
    expect(catchUpSince({ since: now + day, seen: now + day }, undefined, now)).toBe(now);
  });
});

describe("nextRun", () => {
  it("is at once without a backup, and a period after the last one's begin", () => {
    expect(nextRun(day, undefined, undefined, day)).toBe(0);
    expect(nextRun(day, hour, undefined, day)).toBe(day + hour);
  });

  it("waits a minute after a failure, or a period if that is shorter", () => {
    expect(nextRun(day, undefined, 5 * day, 5 * day)).toBe(5 * day + 60_000);
    expect(nextRun(10_000, undefined, 5 * day, 5 * day)).toBe(5 * day + 10_000);
    expect(nextRun(day, 5 * day, hour, 5 * day)).toBe(6 * day);
  });

  it("is at once when the last one was begun or failed by a clock that was ahead", () => {
    expect(nextRun(day, 1000 * day, undefined, 5 * day)).toBe(0);
    expect(nextRun(day, undefined, 1000 * day, 5 * day)).toBe(0);
  });
});
