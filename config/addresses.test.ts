import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, contains, gatewayOf, isCidr, parseAddress, parseCidr } from "./addresses";

const bytesToV4 = (bytes: number[]) => bytes.join(".");
const v4 = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 4, maxLength: 4 });
const number = (bytes: number[]) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (!isCidr(parsed)) throw new Error(`${text} ${parsed.reason}`);
  return parsed;
};

describe("contains", () => {
  it("agrees with arithmetic on whole numbers", () => {
    fc.assert(
      fc.property(v4, v4, fc.integer({ min: 0, max: 32 }), (base, other, prefix) => {
        const size = 2 ** (32 - prefix);
        const start = Math.floor(number(base) / size) * size;
        const network = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
        const inside = number(other) >= start && number(other) < start + size;
        const parsed = cidr(`${bytesToV4(network)}/${prefix}`);
        expect(contains(parsed, parseAddress(bytesToV4(other))!)).toBe(inside);
        expect(contains(parsed, parseAddress(bytesToV4(base))!)).toBe(true);
      }),
    );
  });

  it("holds an IPv6 network's own addresses and no other's", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }), (one, other, prefix) => {
        const [a, b] = [parseAddress(one), parseAddress(other)];
        fc.pre(a !== undefined && b !== undefined);
        const bits = (address: NonNullable<typeof a>) =>
          address
            .toByteArray()
            .map((byte) => byte.toString(2).padStart(8, "0"))
            .join("")
            .slice(0, prefix);
        const given = parseCidr(`${one}/${prefix}`);
        const canonical = isCidr(given) ? given : cidr(/write (\S+)/.exec(given.remedy)![1]!);
        expect(contains(canonical, a)).toBe(true);
        expect(contains(canonical, b)).toBe(bits(a) === bits(b));
      }),
    );
  });

  it("never holds an address of the other family", () => {
    expect(contains(cidr("::/0"), parseAddress("10.0.0.1")!)).toBe(false);
    expect(contains(cidr("0.0.0.0/0"), parseAddress("::1")!)).toBe(false);
  });
});

describe("parseAddress", () => {
  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "01.2.3.4",
    "0x7f.0.0.1",
    "2130706433",
    "fe80::1%eth0",
    "::ffff:10.0.0.1",
  ])("takes no %s", (text) => expect(parseAddress(text)).toBeUndefined());
});

describe("gatewayOf", () => {
  it("is the address after the network's own", () => {
    expect(gatewayOf(cidr("172.18.0.0/16")).toString()).toBe("172.18.0.1");
    expect(gatewayOf(cidr("fd00:5eed:1::/64")).toString()).toBe("fd00:5eed:1::1");
  });
});
