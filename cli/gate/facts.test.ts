import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { demoRaw, settingsOf, withValue } from "../../config/testing";
import * as archiveRecord from "../../operations/archive/record";
import type { PastUpdate } from "../history";
import { lazy } from "../lazy";
import { factsOf, rememberDaemons, serviceFactsOf } from "./facts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Facts of a stack with this history, the oldest first. */
function facts(raw: Record<string, unknown>, ...updates: PastUpdate[]) {
  const history = join(folder, ".pulumi/history/strongroom/test");
  mkdirSync(history, { recursive: true });
  updates.forEach((update, at) =>
    writeFileSync(join(history, `test-10${at}.history.json`), JSON.stringify(update)),
  );
  const context = { stack: "test", stackDir: folder, backendUrl: `file://${folder}` };
  return factsOf(context, { settings: settingsOf(raw) }, new Date());
}

const update = (given: Partial<PastUpdate> = {}): PastUpdate => ({
  kind: "update",
  result: "succeeded",
  ...given,
});

describe("the last run", () => {
  const plain = update({ environment: { "pulumi.flag.target": "true", other: "x" } });

  it("is told by its flags", () => {
    expect(facts(demoRaw(), update(), plain).lastRun).toEqual({
      kind: "update",
      succeeded: true,
      flags: ["target"],
    });
  });

  it("is not hidden by refreshes after it", () => {
    const refresh: PastUpdate = { kind: "refresh", result: "succeeded" };
    expect(facts(demoRaw(), plain, refresh, refresh).lastRun?.flags).toEqual(["target"]);
    expect(facts(demoRaw(), plain, { kind: "destroy", result: "failed" }, refresh).lastRun).toEqual({
      kind: "destroy",
      succeeded: false,
      flags: [],
    });
  });

  it("is unknown without a history", () => {
    expect(facts(demoRaw()).lastRun).toBeUndefined();
  });
});

describe("the hosts' Docker daemons", () => {
  const of = (daemons?: Record<string, string>) => {
    const context = { stack: "test", stackDir: folder, backendUrl: `file://${folder}` };
    return factsOf(context, { settings: settingsOf(demoRaw()), ...(daemons ? { daemons } : {}) }, new Date())
      .daemons;
  };

  it("are compared with those of the last update, where this machine has seen it", () => {
    expect(of({ local: "a" })).toEqual([{ host: "local", applied: undefined, now: "a" }]);
    rememberDaemons({ stackDir: folder }, { local: "b" });
    expect(of({ local: "a" })).toEqual([{ host: "local", applied: "b", now: "a" }]);
    expect(of()).toBeUndefined();
  });

  it("are not known from a note that is torn", () => {
    writeFileSync(join(folder, "daemons.json"), "{");
    expect(of({ local: "a" })).toEqual([{ host: "local", applied: undefined, now: "a" }]);
  });
});

describe("generations of secrets", () => {
  const SECRETS = "services/server/secrets";
  const applied = (secrets: object | undefined, given: Partial<PastUpdate> = {}) =>
    update({ config: { "strongroom:services": JSON.stringify({ server: { secrets } }) }, ...given });
  const ofServer = (next: object | undefined, ...updates: PastUpdate[]) =>
    facts(withValue(demoRaw(), SECRETS, next), ...updates).generations.filter(({ secret }) =>
      secret.startsWith("server/"),
    );
  const secret = "server/SESSION_SECRET";

  it("are those that were applied last, and the next", () => {
    const two = { SESSION_SECRET: { generation: 2 } };
    const updates = [applied({ SESSION_SECRET: { generation: 3 } }), applied(two)];
    expect(ofServer(undefined, ...updates)).toEqual([{ secret, applied: 2, next: 1 }]);
    expect(ofServer(two, ...updates, applied(undefined, { result: "failed" }))).toEqual([
      { secret, applied: 2, next: 2 },
    ]);
    expect(ofServer(two, ...updates, applied({}))).toEqual([{ secret, applied: 1, next: 2 }]);
  });

  it.each([
    ["there is no history", []],
    ["the service is new", [update({ config: { "strongroom:services": "{}" } })]],
    ["the value was given by hand", [applied({ SESSION_SECRET: { value: { secure: "v1:x" } } })]],
    ["the history has another form", [update({ config: { "strongroom:services": '"x"' } })]],
  ])("are unknown where %s", (_, updates) => {
    expect(ofServer(undefined, ...updates)).toEqual([{ secret, applied: undefined, next: 1 }]);
  });

  it("are of secrets that the stack derives, and of no others", () => {
    const given = { SESSION_SECRET: { value: "an own value of thirty-two characters" } };
    expect(ofServer(given, applied(undefined))).toEqual([]);
  });
});

describe("what a report says of a service", () => {
  const id = `sha256:${"a".repeat(64)}`;
  const signer = `sha256:${"b".repeat(64)}`;
  const image = { id, version: "1.1.0", archive: "vault.tar", signer };
  const server = () =>
    serviceFactsOf({ stackDir: folder }, settingsOf(withValue(demoRaw(), "services/server/image", image)))
      .server;

  it("has its limits, and of its archive what was verified for its host by this key", () => {
    // The test runner does not serve require.
    vi.spyOn(lazy, "archiveRecord").mockReturnValue(archiveRecord);
    expect(server()).toEqual({
      drainSeconds: 10,
      stopGraceSeconds: 30,
      archive: { file: "vault.tar", signer },
    });
    const files = { archive: "vault.tar", signature: "", publicKey: "", sha256: "" };
    const record = { ...files, id, format: "minisign", verifiedAt: "2026-11-20T10:00:00.000Z" };
    archiveRecord.writeRecord(folder, { ...record, host: "other", signer });
    archiveRecord.writeRecord(folder, { ...record, host: "local", signer: "sha256:c" });
    expect(server()!.archive).not.toHaveProperty("verified");
    archiveRecord.writeRecord(folder, { ...record, host: "local", signer });
    expect(server()!.archive!.verified).toEqual({ format: "minisign", at: "2026-11-20T10:00:00.000Z" });
  });
});
