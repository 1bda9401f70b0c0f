import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inZone, isOpen, mayInterrupt, nextOpening, type Window } from "./windows";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const HOUR = 3_600_000;
const window = (days: string[], from: string, to: string, zone = "UTC"): Window => ({ days, from, to, zone });
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
const windows = fc
  .record({
    days: fc.subarray(DAYS, { minLength: 1 }),
    from: clock,
    to: clock,
    zone: fc.constantFrom("UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"),
  })
  .filter(({ from, to }) => from !== to);
const moments = fc.date({ min: new Date("2020-01-01"), max: new Date("2035-01-01"), noInvalidDate: true });

/** By arithmetic alone, which in UTC is all there is: minutes since Sunday 00:00, openings as spans of them. */
function isOpenInUtc({ days, from, to }: Window, at: Date): boolean {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const week = 7 * 24 * 60;
  const now = at.getUTCDay() * 1440 + at.getUTCHours() * 60 + at.getUTCMinutes();
  return days.some((day) => {
    const start = DAYS.indexOf(day) * 1440 + minutes(from);
    const length = (minutes(to) - minutes(from) + 1440) % 1440;
    return (now - start + week) % week < length;
  });
}

describe("a maintenance window", () => {
  it("is open in UTC exactly when arithmetic says so", () => {
    fc.assert(
      fc.property(windows, moments, (given, at) => {
        const utc = { ...given, zone: "UTC" };
        expect(isOpen(utc, at)).toBe(isOpenInUtc(utc, at));
      }),
      { numRuns: 2_000 },
    );
  });

  it("goes by the zone's clock: open there when it is open in UTC at the same reading", () => {
    fc.assert(
      fc.property(windows, moments, (given, at) => {
        const [, date, time] = inZone(given.zone, at).split(" ");
        expect(isOpen(given, at)).toBe(isOpenInUtc(given, new Date(`${date}T${time}:00Z`)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("opens when nextOpening says, and not before", () => {
    fc.assert(
      fc.property(windows, moments, fc.double({ min: 0, max: 1, noNaN: true }), (given, at, part) => {
        const next = nextOpening([given], at)!;
        expect(isOpen(given, next.at)).toBe(true);
        expect(next.at.getTime()).toBeGreaterThanOrEqual(at.getTime());
        const between = new Date(at.getTime() + part * (next.at.getTime() - at.getTime() - 1));
        // A moment's own minute may be open while the next full one is not.
        if (between.getTime() >= Math.ceil(at.getTime() / 60_000) * 60_000 && between < next.at)
          expect(isOpen(given, between)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });

  it("that goes over midnight belongs to the day on which it opens", () => {
    const night = window(["sat"], "22:00", "04:00");
    expect(isOpen(night, new Date("2026-11-28T21:59:59Z"))).toBe(false);
    expect(isOpen(night, new Date("2026-11-28T22:00:00Z"))).toBe(true);
    expect(isOpen(night, new Date("2026-11-29T03:59:59Z"))).toBe(true);
    expect(isOpen(night, new Date("2026-11-29T04:00:00Z"))).toBe(false);
    expect(isOpen(night, new Date("2026-11-28T03:00:00Z"))).toBe(false);
  });

  it("keeps the clock on the wall when that is put forward and back", () => {
    const paris = window(["sun"], "02:30", "03:30", "Europe/Paris");
    // 2026-03-29: 02:00 becomes 03:00, so half of it is left.
    expect(isOpen(paris, new Date("2026-03-29T00:59:00Z"))).toBe(false);
    expect(isOpen(paris, new Date("2026-03-29T01:00:00Z"))).toBe(true);
    expect(isOpen(paris, new Date("2026-03-29T01:30:00Z"))).toBe(false);
    // 2026-10-25: 03:00 becomes 02:00, so 02:30 to 03:00 comes twice.
    expect(isOpen(paris, new Date("2026-10-25T00:30:00Z"))).toBe(true);
    expect(isOpen(paris, new Date("2026-10-25T01:15:00Z"))).toBe(false);
    expect(isOpen(paris, new Date("2026-10-25T01:45:00Z"))).toBe(true);
    expect(isOpen(paris, new Date("2026-10-25T02:29:00Z"))).toBe(true);
    expect(isOpen(paris, new Date("2026-10-25T02:30:00Z"))).toBe(false);
    // One that lies in the skipped hour opens a week later.
    const skipped = window(["sun"], "02:10", "02:50", "Europe/Paris");
    expect(nextOpening([skipped], new Date("2026-03-28T12:00:00Z"))?.at).toEqual(
      new Date("2026-04-05T00:10:00Z"),
    );
  });

  it("is not needed where none is configured", () => {
    expect(mayInterrupt([], new Date())).toBe(true);
    expect(mayInterrupt([window(["sat"], "01:00", "02:00")], new Date("2026-11-23T01:30:00Z"))).toBe(false);
    expect(nextOpening([], new Date())).toBeUndefined();
  });

  it("is named by its own zone's clock", () => {
    const at = new Date("2026-11-28T01:00:00Z");
    expect(inZone("Europe/Paris", at)).toBe("sat 2026-11-28 02:00 Europe/Paris");
    expect(inZone("UTC", new Date(at.getTime() - HOUR))).toBe("sat 2026-11-28 00:00 UTC");
  });
});
