import { expect, it } from "vitest";
import { serverTime } from "./restore-time";

it("gives a server the time with its offset in numbers, since it knows no names of zones yet", () => {
  expect(serverTime("2026-03-01T04:12:30Z")).toBe("2026-03-01 04:12:30+00");
  expect(serverTime("2026-03-01T04:12:30.123456Z")).toBe("2026-03-01 04:12:30.123456+00");
});
