import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { following, position, SEGMENT, SEGMENT_BYTES, segmentAt } from "./wal-segments";

describe("segments of the log", () => {
  it("are named as the server names them (pg_walfile_name of 16/B374D848 on timeline 1)", () => {
    expect(segmentAt(1, position("16/B374D848"))).toBe("0000000100000016000000B3");
    expect(segmentAt(31, 0n)).toBe("0000001F0000000000000000");
  });

  it("follow one another across the end of a log file", () => {
    expect(following("0000000100000016000000B3")).toBe("0000000100000016000000B4");
    expect(following("0000000200000000000000FF")).toBe("000000020000000100000000");
  });

  it("sort by position, and the next one begins where one ends", () => {
    const lsn = fc.bigInt({ min: 0n, max: 2n ** 63n });
    fc.assert(
      fc.property(lsn, lsn, fc.integer({ min: 1, max: 0xffff }), (a, b, timeline) => {
        const [first, second] = [segmentAt(timeline, a), segmentAt(timeline, b)];
        expect(first).toMatch(SEGMENT);
        expect(first <= second).toBe(a / BigInt(SEGMENT_BYTES) <= b / BigInt(SEGMENT_BYTES));
        expect(following(first)).toBe(segmentAt(timeline, a + BigInt(SEGMENT_BYTES)));
      }),
    );
  });

  it.each(["", "0", "0/", "G/0", "123456789/0", "0/0 "])("have no position %s", (text) => {
    expect(() => position(text)).toThrow("is no position in the log");
  });
});
