import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicKeyText, signReceipt } from "../../operations/backup/receipt";
import type { BaseReceipt, ReachReceipt, StretchCause } from "../../operations/backup/wal";
import { type Archive, archiveFaults, restorableTimes } from "./wal";

const { privateKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519").privateKey;
const now = new Date("2026-03-01T12:00:00Z");
const trustedKey = publicKeyText(privateKey);

function archive({
  reached = "2026-03-01T11:59:30Z",
  bases = 1,
  cause = "first" as StretchCause,
  key = privateKey,
} = {}) {
  const base = signReceipt({ consistent: "2026-03-01T06:00:00Z" } as BaseReceipt, key);
  const stretch = {
    number: 1,
    systemIdentifier: "7",
    timeline: 1,
    start: "",
    cause,
    began: "2026-03-01T05:00:00Z",
  };
  const stretches = [
    {
      stretch,
      bases: Array.from({ length: bases }, () => base),
      segments: [],
      ...(reached ? { reached: signReceipt({ time: reached } as ReachReceipt, privateKey) } : {}),
    },
  ];
  return { publicKey: trustedKey, trustedKey, stretches } satisfies Archive;
}

describe("the archive of the log", () => {
  it("has no fault for as long as it follows", () => {
    expect(archiveFaults(archive(), now)).toEqual([]);
    expect(archiveFaults(archive({ reached: "2026-03-01T11:59:20Z" }), now)).toEqual([]);
  });

  it.each([
    ["behind", { reached: "2026-03-01T11:59:19Z" }, "up to 2026-03-01T11:59:19Z only"],
    ["empty", { reached: "" }, "nothing of the log is archived yet"],
    ["without a base backup", { bases: 0 }, "there is no base backup yet"],
    [
      "with a gap",
      { bases: 0, cause: "the slot was lost" as const },
      "a gap in the log before 2026-03-01T05:00:00Z",
    ],
    ["signed by another key", { key: other }, "not signed by the trusted key"],
  ])("says so when it is %s", (_, given, fault) => {
    expect(archiveFaults(archive(given), now)).toEqual([expect.stringContaining(fault)]);
  });

  it("is no archive before it was begun", () => {
    expect(archiveFaults({ ...archive(), stretches: [] }, now)).toEqual([
      "nothing of the log is archived yet",
    ]);
  });

  it("says which times can be restored", () => {
    expect(restorableTimes(archive())).toEqual([
      { from: "2026-03-01T06:00:00Z", to: "2026-03-01T11:59:30Z" },
    ]);
    expect(restorableTimes(archive({ bases: 0 }))).toEqual([]);
    expect(restorableTimes(archive({ reached: "2026-03-01T05:59:59Z" }))).toEqual([]);
    expect(restorableTimes(archive({ reached: "" }))).toEqual([]);
  });
});
