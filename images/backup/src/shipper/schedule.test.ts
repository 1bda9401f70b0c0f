import { describe, expect, it } from "vitest";
import { retryAfter, shippingHealthyUntil } from "./schedule";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = 1000 * HOUR;
const clock = {
  periodMs: 6 * HOUR,
  upToDate: false,
  newestShipped: now - HOUR,
  since: now - 100 * HOUR,
  started: now - 50 * HOUR,
  anyDamaged: false,
  now,
};

describe("the shipper's alarm", () => {
  it("is raised two periods after a backup was due that is not off the host", () => {
    expect(shippingHealthyUntil(clock)).toBe(now - HOUR + 3 * 6 * HOUR);
    expect(shippingHealthyUntil({ ...clock, newestShipped: now - 19 * HOUR })).toBeLessThan(now);
  });

  it("stays away while the newest is off the host, however old: backups that end have an alarm of their own", () => {
    const until = shippingHealthyUntil({ ...clock, upToDate: true, newestShipped: now - 90 * HOUR });
    expect(until).toBeGreaterThan(now);
  });

  it("is raised at once by a damaged copy", () => {
    expect(shippingHealthyUntil({ ...clock, upToDate: true, anyDamaged: true })).toBe(0);
  });

  it("counts from the volume's making without any copy, and gives a new start ten minutes", () => {
    const none = { ...clock, newestShipped: undefined };
    expect(shippingHealthyUntil({ ...none, since: now })).toBe(now + 12 * HOUR);
    expect(shippingHealthyUntil(none)).toBeLessThan(now);
    expect(shippingHealthyUntil({ ...none, started: now })).toBe(now + 10 * MINUTE);
  });

  it("believes no time to come", () => {
    const ahead = { ...clock, newestShipped: now + HOUR, since: now + HOUR, started: now + HOUR };
    expect(shippingHealthyUntil(ahead)).toBeLessThan(now);
  });
});

it("tries again after 5 s, then after twice as long each time, up to 5 min or a period", () => {
  expect([1, 2, 3, 7, 100].map((failures) => retryAfter(failures, HOUR))).toEqual(
    [5, 10, 20, 300, 300].map((seconds) => seconds * 1000),
  );
  expect(retryAfter(100, MINUTE)).toBe(MINUTE);
});
