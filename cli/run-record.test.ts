import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readRunRecord, recordFile, Run } from "./run-record";

let context: { stackDir: string };
beforeEach(() => {
  context = { stackDir: mkdtempSync(join(tmpdir(), "strongroom-unit-")) };
});
afterEach(() => rmSync(context.stackDir, { recursive: true, force: true }));

it("is there while the run is, with the engine once that is started", () => {
  const run = Run.begin(context, "up");
  expect(readRunRecord(context)).toMatchObject({ command: "up", pid: process.pid, token: run.token });
  expect(statSync(recordFile(context)).mode & 0o777).toBe(0o600);
  const draft = statSync(recordFile(context)).ino;
  run.engineStarted(process.ppid);
  // In one step: torn by a crash it would stop every later run.
  expect(statSync(recordFile(context)).ino).not.toBe(draft);
  expect(readRunRecord(context)?.engine?.pid).toBe(process.ppid);
  run.end();
  expect(readRunRecord(context)).toBeUndefined();
});

it("lets one run begin at a time, and leaves no draft", () => {
  const run = Run.begin(context, "up");
  expect(() => Run.begin(context, "down")).toThrow("another run");
  expect(readRunRecord(context)?.token).toBe(run.token);
  expect(existsSync(`${recordFile(context)}.${run.token}`)).toBe(false);
});

it("does not end another's run", () => {
  const run = Run.begin(context, "up");
  const other = { ...readRunRecord(context), token: "other" };
  writeFileSync(recordFile(context), JSON.stringify(other));
  run.end();
  expect(JSON.parse(readFileSync(recordFile(context), "utf8"))).toMatchObject({ token: "other" });
});
