import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Context } from "../context";
import { lazy } from "../lazy";
import type { StackState } from "../state";
import type { ContainerFound } from "./decisions";
import { refuseDisowned, refuseUnknownPending } from "./host";

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

const id = "d".repeat(64);
const write = (name: string, text: string) => {
  const history = join(folder, ".pulumi/history/strongroom/test");
  mkdirSync(history, { recursive: true });
  writeFileSync(join(history, name), text);
};

it("asks the history only about what runs and state does not know", async () => {
  const history = join(folder, ".pulumi/history/strongroom");
  mkdirSync(history, { recursive: true });
  // Reading this as a folder fails.
  writeFileSync(join(history, "test"), "");
  await refuse(container, { ...container, id, status: "exited" });
  await expect(refuse(container, { ...container, id })).rejects.toThrow("ENOTDIR");
});

it("refuses what an earlier state knew, whoever updated and whatever the clocks say", async () => {
  write("test-1.checkpoint.json", JSON.stringify({ checkpoint: { latest: { resources: [{ id }] } } }));
  write("test-2.checkpoint.json", "{}");
  for (const createdAt of [0, NaN, Date.now() + 3_600_000])
    await expect(refuse({ ...container, id, createdAt })).rejects.toThrow("server-1 (service)");
});

it("takes for a leftover what no state knew, however old it is: plain Pulumi may have gone on over it", async () => {
  write("test-1.history.json", JSON.stringify({ kind: "update", result: "succeeded", endTime: 60 }));
  write(
    "test-1.checkpoint.json",
    JSON.stringify({ checkpoint: { latest: { resources: [{ id: "other" }] } } }),
  );
  await refuse({ ...container, id });
});

it("goes by the engine's history where no earlier states are at hand", async () => {
  const ask = vi.spyOn(lazy, "applied").mockReturnValue({
    askEngine: async () => [{ kind: "update", result: "succeeded", endTime: 60 }],
  } as unknown as ReturnType<typeof lazy.applied>);
  const remote = (createdAt: number) =>
    refuseDisowned(
      { stack: "test", backendUrl: "s3://bucket" } as Context,
      {
        endpoint: "unix:///nowhere",
        containers: [{ ...container, id, createdAt }],
        networks: [],
        volumes: [],
      },
      state,
    );
  await expect(remote(1000)).rejects.toThrow("server-1 (service)");
  await remote(61_000);
  ask.mockRestore();
});

it("refuses what nobody knows the end of, unless a run of `up` left it or a label finds it", () => {
  const refuseOf =
    (type: string, resource: string, interrupted = false) =>
    () =>
      refuseUnknownPending(
        { stack: "test" },
        {
          ...state,
          pendingOperations: [{ type, resource: { urn: `urn::${resource}::it`, type: resource } }],
        },
        interrupted,
      );
  const record = "cloudflare:index/dnsRecord:DnsRecord";
  expect(refuseOf("creating", record)).toThrow(/creating urn::cloudflare[^]*strongroom repair --stack test/);
  expect(refuseOf("importing", "docker:index/volume:Volume", true)).toThrow(/importing/);
  expect(refuseOf("creating", record, true)).not.toThrow();
  expect(refuseOf("creating", "docker:index/volume:Volume")).not.toThrow();
});
