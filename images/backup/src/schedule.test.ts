import { describe, expect, it } from "vitest";
import { healthyUntil, nextRun } from "./schedule";

const hour = 3_600_000;
const day = 24 * hour;

describe("healthyUntil", () => {
  it("is two periods after the last verified backup, or after the store was made", () => {
    const clock = { periodMs: day, storeMade: 0, started: 0 };
    expect(healthyUntil({ ...clock, lastVerified: 5 * day })).toBe(7 * day);
    expect(healthyUntil({ ...clock, lastVerified: undefined })).toBe(2 * day);
  });

  it("gives a stack that was off ten minutes to catch up, or two periods if they are shorter", () => {
    const clock = { storeMade: 0, started: 100 * day, lastVerified: day };
    expect(healthyUntil({ ...clock, periodMs: day })).toBe(100 * day + 600_000);
    expect(healthyUntil({ ...clock, periodMs: 10_000 })).toBe(100 * day + 20_000);
  });
});

describe("nextRun", () => {
  it("is at once without a backup, and a period after the last one's begin", () => {
    expect(nextRun(day, undefined, undefined)).toBe(0);
    expect(nextRun(day, hour, undefined)).toBe(day + hour);
  });

  it("waits a minute after a failure, or a period if that is shorter", () => {
    expect(nextRun(day, undefined, 5 * day)).toBe(5 * day + 60_000);
    expect(nextRun(10_000, undefined, 5 * day)).toBe(5 * day + 10_000);
    expect(nextRun(day, 5 * day, hour)).toBe(6 * day);
  });
});
