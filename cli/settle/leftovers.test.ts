import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { processIdentity } from "../../operations/process-identity";
import { createContext, type Context } from "../context";
import { exitCode } from "../exit";
import { recordFile, type RunRecord } from "../run-record";
import { describeLeftovers, findLeftovers, refuseIfBusy } from "./leftovers";

/** Above the largest process id that Linux gives (2^22). */
const noProcess = 2 ** 22 + 1;

let context: Context;
beforeEach(() => {
  context = createContext(
    { stack: "unit" },
    { STRONGROOM_HOME: mkdtempSync(join(tmpdir(), "strongroom-unit-")) },
  );
  mkdirSync(context.stackDir, { recursive: true });
});
afterEach(() => rmSync(context.home, { recursive: true, force: true }));

const record = (more: Partial<RunRecord>) =>
  writeFileSync(
    recordFile(context),
    JSON.stringify({
      ...processIdentity(),
      command: "up",
      token: "t",
      startedAt: "2026-01-01T00:00:00Z",
      ...more,
    }),
  );
const lock = (pid: number, host = hostname()) => {
  const folder = join(context.home, "state", ".pulumi", "locks", "organization", "strongroom", "unit");
  mkdirSync(folder, { recursive: true });
  const content = { pid, username: "root", hostname: host, timestamp: new Date().toISOString() };
  writeFileSync(join(folder, `${pid}.json`), JSON.stringify(content));
};
const state = (pending: object[]) => {
  const folder = join(context.home, "state", ".pulumi", "stacks", "strongroom");
  mkdirSync(folder, { recursive: true });
  const latest = { resources: [], pending_operations: pending };
  writeFileSync(join(folder, "unit.json"), JSON.stringify({ version: 3, checkpoint: { latest } }));
};
const refused = (message: string) =>
  expect.objectContaining({ code: exitCode.refused, message: expect.stringContaining(message) });

it("finds nothing after a run that came to its end", () => {
  state([]);
  expect(describeLeftovers(findLeftovers(context))).toEqual([]);
  expect(() => refuseIfBusy(context)).not.toThrow();
});

it("refuses while a run is at work, naming its process", () => {
  record({});
  expect(() => refuseIfBusy(context)).toThrow(refused(`process ${process.pid}`));
});

it("goes on after a run whose process is gone, or whose number another process has", () => {
  record({ pid: noProcess });
  expect(() => refuseIfBusy(context)).not.toThrow();
  record({ started: "1" });
  expect(() => refuseIfBusy(context)).not.toThrow();
  expect(describeLeftovers(findLeftovers(context))[0]).toContain("never came to its end");
});

it("refuses after a run on another machine, naming unlock", () => {
  record({ host: "elsewhere/boot", pid: noProcess });
  expect(() => refuseIfBusy(context)).toThrow(refused("unlock --stack unit"));
});

it("refuses at the lock of a living process or of another machine, not at a stale one", () => {
  lock(noProcess);
  expect(() => refuseIfBusy(context)).not.toThrow();
  lock(noProcess + 1, "elsewhere");
  expect(() => refuseIfBusy(context)).toThrow(refused("on elsewhere"));
});

it("takes the lock of the dead run's own engine for its", () => {
  lock(process.pid);
  expect(() => refuseIfBusy(context)).toThrow(refused(`process ${process.pid}`));
  record({ pid: noProcess, engine: processIdentity() });
  expect(() => refuseIfBusy(context)).not.toThrow();
});

it("counts operations that were begun and never ended", () => {
  state([{ type: "creating", resource: {} }]);
  expect(describeLeftovers(findLeftovers(context))).toEqual([expect.stringContaining("1 operation")]);
});
