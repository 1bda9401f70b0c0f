import { describe, expect, it } from "vitest";
import { walHealthyUntil } from "./health";

const SECOND = 1000;
const HOUR = 3_600 * SECOND;
const now = 100 * HOUR;
const clock = {
  reached: now - 5 * SECOND,
  base: now - HOUR,
  basePeriodMs: 24 * HOUR,
  stretch: { began: now - 50 * HOUR, cause: "first" as const },
  started: now - 50 * HOUR,
  now,
};

describe("walHealthyUntil", () => {
  it("is 40 s after the time up to which everything is archived", () => {
    expect(walHealthyUntil(clock)).toBe(now + 35 * SECOND);
    expect(walHealthyUntil({ ...clock, reached: undefined })).toBe(0);
    expect(walHealthyUntil({ ...clock, reached: now + 1 })).toBe(0);
  });

  it("is over two periods after the last base backup, but for one that was off", () => {
    const old = { ...clock, base: now - 48 * HOUR - 1 };
    expect(walHealthyUntil(old)).toBeLessThan(now);
    expect(walHealthyUntil({ ...old, started: now - SECOND })).toBeGreaterThan(now);
  });

  it("waits ten minutes for the first base backup, and not at all after a gap", () => {
    const without = { ...clock, base: undefined };
    expect(walHealthyUntil(without)).toBeLessThan(now);
    expect(walHealthyUntil({ ...without, stretch: { began: now - SECOND, cause: "first" } })).toBeGreaterThan(
      now,
    );
    const lost = { began: now - SECOND, cause: "the slot was lost" as const };
    expect(walHealthyUntil({ ...without, stretch: lost })).toBe(0);
    expect(walHealthyUntil({ ...clock, stretch: lost })).toBeGreaterThan(now);
  });
});
