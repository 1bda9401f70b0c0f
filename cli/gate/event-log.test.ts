import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { EventLog } from "./event-log";

const context = { stack: "event-log-test" };

it("is this user's alone, and gone when it was taken", () => {
  const log = EventLog.create(context);
  expect(statSync(log.path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(log.path)).mode & 0o777).toBe(0o700);
  writeFileSync(log.path, "events\n");
  expect(log.take()).toBe("events\n");
  expect(existsSync(dirname(log.path))).toBe(false);
});

it("removes what a killed run left, and not what another one writes now", () => {
  const killed = EventLog.create(context);
  const running = EventLog.create(context);
  utimesSync(dirname(killed.path), 0, 0);
  mkdirSync(dirname(running.path), { recursive: true });
  const next = EventLog.create(context);
  expect(existsSync(killed.path)).toBe(false);
  expect(existsSync(running.path)).toBe(true);
  running.remove();
  next.remove();
});
