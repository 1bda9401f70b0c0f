import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { knownOnce, lastSuccess, type PastUpdate, pastUpdates } from "./history";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-history-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const context = () => ({ stack: "test", backendUrl: `file://${folder}` });
const write = (...updates: PastUpdate[]) => {
  const history = join(folder, ".pulumi/history/strongroom/test");
  mkdirSync(history, { recursive: true });
  updates.forEach((update, at) => {
    writeFileSync(join(history, `test-10${at}.history.json`), JSON.stringify(update));
    writeFileSync(join(history, `test-10${at}.checkpoint.json`), "no history");
  });
};

it("is read from the newest on", () => {
  write({ kind: "update", result: "failed" }, { kind: "destroy", result: "succeeded" });
  expect([...pastUpdates(context())!].map(({ kind }) => kind)).toEqual(["destroy", "update"]);
});

it("knows the last update that succeeded", () => {
  write(
    { kind: "update", result: "succeeded", endTime: 1 },
    { kind: "update", result: "succeeded", endTime: 2 },
    { kind: "update", result: "failed", endTime: 3 },
    { kind: "refresh", result: "succeeded", endTime: 4 },
  );
  expect(lastSuccess(pastUpdates(context())!)).toBe(2000);
});

it.each([
  ["empty", ""],
  ["torn", '{"kind":"update","resu'],
  ["no object", "null"],
  ["without a result", '{"kind":"update"}'],
  ["without a kind", '{"result":"succeeded"}'],
  ["of other types", '{"kind":1,"result":true}'],
])("passes over an entry that is %s", (_, text) => {
  write({ kind: "update", result: "succeeded", endTime: 1 });
  writeFileSync(join(folder, ".pulumi/history/strongroom/test/test-101.history.json"), text);
  expect([...pastUpdates(context())!]).toEqual([{ kind: "update", result: "succeeded", endTime: 1 }]);
  expect(lastSuccess(pastUpdates(context())!)).toBe(1000);
});

it("is empty for a stack without one, and unknown elsewhere", () => {
  expect([...pastUpdates(context())!]).toEqual([]);
  expect(lastSuccess(pastUpdates(context())!)).toBeUndefined();
  expect([...knownOnce(context(), ["a"])!]).toEqual([]);
  expect(pastUpdates({ stack: "test", backendUrl: "s3://bucket" })).toBeUndefined();
  expect(knownOnce({ stack: "test", backendUrl: "s3://bucket" }, ["a"])).toBeUndefined();
});

it("knows what any earlier state had, whole or torn", () => {
  const [first, second, never] = ["a", "b", "c"].map((digit) => digit.repeat(64));
  write({ kind: "update", result: "failed" }, { kind: "update", result: "succeeded" });
  const history = join(folder, ".pulumi/history/strongroom/test");
  writeFileSync(join(history, "test-100.checkpoint.json"), `{"resources":[{"id":"${first}"}`);
  writeFileSync(join(history, "test-101.checkpoint.json"), `{"resources":[{"id":"${second}"}]}`);
  expect(knownOnce(context(), [first!, second!, never!])).toEqual(new Set([first, second]));
});
