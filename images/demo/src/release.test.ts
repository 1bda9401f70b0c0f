import { describe, expect, it } from "vitest";
import releases from "../releases.json";
import { readRelease } from "./release";

const environment = (args: Record<string, string>) => ({
  PRODUCT_VERSION: args.VERSION,
  PRODUCT_SCHEMA: args.SCHEMA,
  PRODUCT_FAULT: args.FAULT,
});

describe("readRelease", () => {
  it.each(Object.entries(releases))(
    "knows the build arguments of %s, whose version is the tag",
    (tag, args) => {
      const release = readRelease(environment(args));
      expect(release.version).toBe(tag);
      expect(release.fault === "none" || tag.endsWith(`-${release.fault}`)).toBe(true);
    },
  );

  it("refuses a fault or schema that does not exist", () => {
    expect(() => readRelease({ PRODUCT_FAULT: "never-helthy" })).toThrow(/never-helthy/);
    expect(() => readRelease({ PRODUCT_SCHEMA: "two" })).toThrow(/two/);
  });
});
