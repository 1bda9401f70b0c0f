import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicKeyText, type Receipt, signReceipt } from "../../operations/backup/receipt";
import { testReceipt } from "../../operations/backup/testing";
import { action, database, replica, update } from "../../policies/gate/testing/changes";
import { UNKNOWN } from "../../policies/gate/values";
import { limitSecondsOf, needsBackup, newestProven } from "./backup-proof";

const { privateKey } = generateKeyPairSync("ed25519");
const own = publicKeyText(privateKey);
const now = new Date("2026-03-02T00:00:00Z");
const signed = (change: Partial<Receipt> = {}) => signReceipt({ ...testReceipt, ...change }, privateKey);
const sought = { stack: "test", database: "vault", cluster: testReceipt.systemIdentifier, now };
const at = (begun: string, id: string) => signed({ begun, id, file: `${id}.dump.age` });

describe("the newest proven backup", () => {
  it("is the one begun last, whatever the order and the kind", () => {
    const id = "000014-20260301T060000Z";
    const backups = [
      at("2026-03-01T05:00:00Z", "000013-20260301T050000Z"),
      signed({ begun: "2026-03-01T06:00:00Z", id, file: `${id}.dump.age`, kind: "manual" }),
      signed(),
    ];
    expect(newestProven({ backups }, own, sought)?.id).toBe(id);
  });

  it.each<[string, Partial<Receipt>]>([
    ["another stack's", { stack: "other" }],
    ["another database's", { database: "other" }],
    ["of the database before a restore", { systemIdentifier: "1" }],
    ["for another file", { file: "000011-20260301T030000Z.dump.age" }],
    ["from the future", { begun: "2026-03-02T00:05:01Z" }],
    ["from no time", { begun: "yesterday" }],
    ["proven in another way", { level: "looked at" as Receipt["level"] }],
  ])("is none that is %s", (_, change) => {
    expect(newestProven({ backups: [signed(change)] }, own, sought)).toBeUndefined();
  });

  it("is none that another key has signed, or that was changed afterwards", () => {
    const stranger = publicKeyText(generateKeyPairSync("ed25519").privateKey);
    expect(newestProven({ backups: [signed()] }, stranger, sought)).toBeUndefined();
    const changed = { ...signed(), receipt: { ...testReceipt, begun: "2026-03-01T23:00:00Z" } };
    expect(newestProven({ backups: [changed] }, own, sought)).toBeUndefined();
  });

  it("may be from a clock that is a little ahead", () => {
    const backups = [signed({ begun: "2026-03-02T00:05:00Z" })];
    expect(newestProven({ backups }, own, sought)).toBeDefined();
  });
});

it("may be two periods old, and an hour where those are shorter", () => {
  expect(limitSecondsOf({ periodSeconds: 6 * 3_600 })).toBe(12 * 3_600);
  expect(limitSecondsOf({ periodSeconds: 4 })).toBe(3_600);
});

it("is looked for where an update needs one, or where that cannot be told", () => {
  const image = (after: unknown) => update([database({ image: "p1" }, { image: after })]);
  expect(needsBackup(image("p2"))).toBe(true);
  expect(needsBackup(image(UNKNOWN))).toBe(true);
  expect(needsBackup(image("p1"))).toBe(false);
  const release = replica({ image: "v1" }, { image: "v2" });
  expect(needsBackup(update([release, action({}, {})]))).toBe(true);
  expect(needsBackup(update([release, action(undefined, {})]))).toBe(false);
});
