import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Context } from "../context";
import type { StackState } from "../state";
import type { ContainerFound } from "./decisions";
import { refuseDisowned } from "./host";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-settle-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const state: StackState = {
  resources: [{ urn: "urn", type: "docker:index/container:Container", id: "known" }],
  pendingOperations: [],
  outputs: {},
};
const container: ContainerFound = {
  id: "known",
  name: "server-1",
  status: "running",
  role: "service",
  service: "server",
  release: "a1b2c3",
  createdAt: 1000,
};
const refuse = (...containers: ContainerFound[]) =>
  refuseDisowned(
    { stack: "test", backendUrl: `file://${folder}` } as Context,
    { endpoint: "unix:///nowhere", containers, networks: [], volumes: [] },
    state,
  );

it("asks the history only about what runs and state does not know", () => {
  const history = join(folder, ".pulumi/history/strongroom");
  mkdirSync(history, { recursive: true });
  // Reading this as a folder fails.
  writeFileSync(join(history, "test"), "");
  expect(() => refuse(container, { ...container, id: "stopped", status: "exited" })).not.toThrow();
  expect(() => refuse(container, { ...container, id: "unknown" })).toThrow("ENOTDIR");
});

it("refuses what was there when an update succeeded", () => {
  const history = join(folder, ".pulumi/history/strongroom/test");
  mkdirSync(history, { recursive: true });
  const update = { kind: "update", result: "succeeded", endTime: 60 };
  writeFileSync(join(history, "test-1.history.json"), JSON.stringify(update));
  expect(() => refuse({ ...container, id: "unknown" })).toThrow("server-1 (service)");
});
