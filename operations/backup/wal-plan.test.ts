import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicKeyText, signReceipt } from "./receipt";
import type { BaseReceipt, ReachReceipt, StretchListing } from "./wal";
import { planRestore } from "./wal-plan";

const { privateKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519").privateKey;
const asked = { stack: "test", database: "vault", publicKey: publicKeyText(privateKey) };
const at = (clock: string) => `2026-03-01T${clock}Z`;
const segment = (number: number) =>
  `0000000100000000000000${number.toString(16).toUpperCase().padStart(2, "0")}`;

/** A stretch with base backups by their time and first segment, and the log up to a time. */
function stretch(
  number: number,
  bases: [sequence: number, consistent: string, start: number][],
  { segments = [1, 2, 3], partial = 4, until = at("12:00:00"), key = privateKey } = {},
): StretchListing {
  const own = { stack: "test", systemIdentifier: "7", stretch: number };
  return {
    stretch: {
      number,
      systemIdentifier: "7",
      timeline: 1,
      start: segment(1),
      cause: "first",
      began: at("00:00:00"),
    },
    bases: bases.map(([sequence, consistent, start]) =>
      signReceipt(
        {
          ...own,
          id: `base-${sequence}`,
          sequence,
          database: "vault",
          consistent,
          start: segment(start),
        } as BaseReceipt,
        key,
      ),
    ),
    segments: segments.map(segment),
    reached: signReceipt(
      { ...own, time: until, lsn: "0/4000100", partial: { name: segment(partial) } } as ReachReceipt,
      privateKey,
    ),
  };
}

const plan = (stretches: StretchListing[], time: string) => planRestore({ stretches }, { ...asked, time });

describe("planRestore", () => {
  const one = [
    stretch(1, [
      [1, at("06:00:00"), 1],
      [2, at("09:00:00"), 3],
    ]),
  ];

  it("takes the newest base backup from before the time, and the log since", () => {
    expect(plan(one, at("10:00:00"))).toMatchObject({ base: { id: "base-2" }, segments: [segment(3)] });
    expect(plan(one, at("08:59:59"))).toMatchObject({
      base: { id: "base-1" },
      segments: [1, 2, 3].map(segment),
      reached: { partial: { name: segment(4) } },
    });
    expect(plan(one, at("06:00:00")).base.id).toBe("base-1");
    expect(plan(one, at("12:00:00")).base.id).toBe("base-2");
  });

  it("says what can be restored when the time cannot", () => {
    expect(() => plan([], at("10:00:00"))).toThrow("there is no base backup yet");
    expect(() => plan(one, at("05:59:59"))).toThrow(`the first base backup is of ${at("06:00:00")}`);
    expect(() => plan(one, at("12:00:01"))).toThrow(`the log reaches up to ${at("12:00:00")}`);
    const gap = [...one, stretch(2, [[3, at("15:00:00"), 1]], { until: at("18:00:00") })];
    expect(() => plan(gap, at("13:00:00"))).toThrow(
      `the log reaches up to ${at("12:00:00")} and goes on from ${at("15:00:00")}`,
    );
    expect(plan(gap, at("16:00:00"))).toMatchObject({ stretch: { number: 2 }, base: { id: "base-3" } });
  });

  it.each([
    ["in the middle", { segments: [1, 3] }, 2],
    ["at the begin", { segments: [2, 3] }, 1],
    ["at the end", { partial: 5 }, 4],
    ["altogether", { segments: [], partial: 2 }, 1],
  ])("refuses a log of which a segment is missing %s", (_, options, missing) => {
    const gap = [stretch(1, [[1, at("06:00:00"), 1]], options)];
    expect(() => plan(gap, at("08:00:00"))).toThrow(`segment ${segment(missing)} of the log is missing`);
  });

  it("refuses what is not signed by the trusted key, or is of another stack", () => {
    const forged = [stretch(1, [[1, at("06:00:00"), 1]], { key: other })];
    expect(() => plan(forged, at("08:00:00"))).toThrow("not signed by the trusted key");
    const longer = [stretch(1, [[1, at("06:00:00"), 1]])];
    longer[0]!.reached!.receipt.time = at("23:00:00");
    expect(() => plan(longer, at("22:00:00"))).toThrow("not signed by the trusted key");
    const elsewhere = { ...asked, stack: "other", time: at("08:00:00") };
    expect(() => planRestore({ stretches: one }, elsewhere)).toThrow("not of vault of other");
  });
});
