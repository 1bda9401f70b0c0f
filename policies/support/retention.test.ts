import { expect, it } from "vitest";
import { backupPlan, reaches } from "./retention";

const DAY = 86_400;
const none = { daily: 0, weekly: 0, monthly: 0 };

it("reads a bare number as so many of the newest, and no age classes", () => {
  expect(backupPlan('{"periodSeconds":60,"keep":7}')).toEqual({
    periodSeconds: 60,
    keep: { last: 7, ...none },
  });
});

it.each(["", "null", "7", '{"keep":7}', '{"periodSeconds":60}', '{"periodSeconds":60,"keep":{"last":7}}'])(
  "finds no plan in %j",
  (text) => expect(backupPlan(text)).toBeUndefined(),
);

it("counts what a finer class has to the coarser ones too", () => {
  const keep = { last: 28, daily: 7, weekly: 8, monthly: 1 };
  expect(reaches({ periodSeconds: DAY / 4, keep })).toEqual({
    last: 7 * DAY,
    daily: 7 * DAY,
    weekly: 56 * DAY,
    monthly: 56 * DAY,
  });
  expect(reaches({ periodSeconds: DAY / 4, keep: { ...keep, monthly: 12 } }).monthly).toBe(336 * DAY);
  expect(reaches({ periodSeconds: DAY / 4, keep: { ...keep, daily: 14, last: 4 } })).toMatchObject({
    last: DAY,
    daily: 14 * DAY,
  });
});
