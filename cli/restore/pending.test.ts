import { expect, it } from "vitest";
import { settingsOf, demoRaw } from "../../config/testing";
import { identitiesIn, pendingRestore } from "./pending";

const key = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;

it("takes the private keys out of what age-keygen writes", () => {
  const file = (line: string) => `# created: 2026-03-01T04:00:00Z\n# public key: age1…\n${line}\n`;
  expect(identitiesIn(file(key))).toBe(key);
  expect(identitiesIn(`${file(key)}\r\n  ${key}\r\n`)).toBe(`${key}\n${key}`);
});

it.each(["", "age1qqqq", `x${key}`, key.toLowerCase()])(
  "refuses what is none, and does not quote it",
  (given) => {
    expect(() => identitiesIn(given)).toThrow("there is no private age key (AGE-SECRET-KEY-1…) on stdin");
  },
);

it("has nothing to do, and asks for no key, where no restore is configured", async () => {
  const asked = () => Promise.reject(new Error("asked for a key"));
  const context = { stack: "test", stackDir: "/nowhere" };
  expect(await pendingRestore(context, settingsOf(demoRaw()), asked)).toBeUndefined();
});
