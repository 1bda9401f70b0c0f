import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../config/secret";
import type { Settings } from "../../config/settings";
import * as operations from "../../operations/docker";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { digestJudged, movedBetween, resolvedText } from "./judged";
import { STATE, temporaryContext } from "./testing/temporary-context";

const settings = { services: {}, value: "a" } as unknown as Settings;

describe("what was judged", () => {
  let folder: string;
  let context: Context;
  beforeEach(() => {
    context = temporaryContext(
      "checkout/components/edge",
      "checkout/operations",
      "checkout/policies/gate/fixtures",
    );
    folder = context.home;
    write("Pulumi.test.yaml", "config: {}");
    write("checkout/index.ts", "1");
    write("checkout/components/edge/edge.ts", "1");
    write(STATE, "{}");
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const digest = (given = settings) =>
    digestJudged(context, {} as Toolchain, { settings: given, endpoints: [] }, "needed");
  const writeState = (...resources: object[]) =>
    write(STATE, JSON.stringify({ checkpoint: { latest: { manifest: { time: new Date() }, resources } } }));

  it.each([
    ["configuration", "Pulumi.test.yaml"],
    ["configuration", "stack/images.json"],
    ["program", "checkout/index.ts"],
    ["program", "checkout/components/edge/edge.ts"],
    ["operations", "checkout/operations/new-verb.ts"],
    ["policies", "checkout/policies/site.json"],
  ])("differs in its %s when %s does", async (part, path) => {
    const before = await digest();
    expect(movedBetween(before, await digest())).toEqual([]);
    write(path, "other");
    expect(movedBetween(before, await digest())).toEqual([part]);
  });

  it("differs when the configuration resolves to something else", async () => {
    const other = { services: {}, value: "b" } as unknown as Settings;
    expect(movedBetween(await digest(), await digest(other))).toEqual(["configuration"]);
  });

  it("differs when the state does, and not by its times or its order", async () => {
    const [a, b] = [{ urn: "a", id: "1" }, { urn: "b" }];
    writeState(a, b);
    const before = await digest();
    writeState({ ...b, modified: "2026-01-02" }, { created: "2026-01-01", id: "1", urn: "a" });
    expect(movedBetween(before, await digest())).toEqual([]);
    writeState({ ...a, id: "2" }, b);
    expect(movedBetween(before, await digest())).toEqual(["state"]);
    write(STATE, JSON.stringify({ checkpoint: { latest: { resources: [a, b], pending_operations: [{}] } } }));
    expect(movedBetween(before, await digest())).toEqual(["state"]);
  });

  it("can leave out hosts that do not answer, and never one that is needed", async () => {
    const config = { settings, endpoints: [`unix://${folder}/none.sock`] };
    const seen = await digestJudged(context, {} as Toolchain, config, "if they answer");
    expect(seen.host).toBeUndefined();
    expect(movedBetween(seen, await digest())).toEqual([]);
    await expect(digestJudged(context, {} as Toolchain, config, "needed")).rejects.toThrow(/docker/);
  });

  it("differs when a container is stopped or paused, and not while Docker restarts it", async () => {
    const config = { settings, endpoints: ["unix:///nowhere/docker.sock"] };
    // As Docker has it: one that it is about to start again counts as running.
    const at = async (Status: string, Running: boolean, Paused = false) => {
      const state: Record<string, unknown> = { Status, Running, Paused };
      vi.spyOn(operations, "docker").mockImplementation((_, [verb]) =>
        Promise.resolve(verb === "ps" ? "c1\n" : ""),
      );
      vi.spyOn(operations, "dockerOnPresent").mockImplementation((_endpoint, _kind, args) =>
        Promise.resolve(
          args[2]!.replace(/\{\{\.State\.(\w+)\}\}/g, (_, name: string) => String(state[name])),
        ),
      );
      return digestJudged(context, {} as Toolchain, config, "needed");
    };
    const running = await at("running", true);
    expect(movedBetween(running, await at("restarting", true))).toEqual([]);
    expect(movedBetween(running, await at("exited", false))).toEqual(["host"]);
    expect(movedBetween(running, await at("paused", true, true))).toEqual(["host"]);
  });

  it("does not differ by tests and documents", async () => {
    const before = await digest();
    write("checkout/components/edge/edge.test.ts", "1");
    write("checkout/README.md", "1");
    write("checkout/policies/gate/fixtures/a.jsonl", "1");
    expect(movedBetween(before, await digest())).toEqual([]);
  });

  it("holds secrets by their fingerprint", () => {
    const text = (value: string) => {
      const settings = { services: {}, a: new Secret(value, "0".repeat(64)) } as unknown as Settings;
      return resolvedText(settings, new Date(0));
    };
    expect(text("canary-1")).not.toContain("canary");
    expect(text("canary-1")).not.toBe(text("canary-2"));
  });

  it("is something else once the date of a previous name has come", () => {
    const services = { server: { previous: [{ name: "old.example.com", until: "2026-12-31" }] } };
    const at = (now: string) => resolvedText({ services } as unknown as Settings, new Date(now));
    expect(at("2026-12-30T23:59:59Z")).toBe(at("2026-11-01T00:00:00Z"));
    expect(at("2026-12-31T00:00:00Z")).not.toBe(at("2026-12-30T23:59:59Z"));
  });
});
