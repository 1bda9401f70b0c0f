import { describe, expect, it } from "vitest";
import { atLeast, parseVersion } from "./version";

describe("parseVersion", () => {
  it.each([
    ["v3.259.0", [3, 259, 0]],
    ["go1.26.8 linux/amd64", [1, 26, 8]],
    ["Docker version 20.10.24+dfsg1, build 297e128", [20, 10, 24]],
    ["3.260.0-alpha.1", [3, 260, 0]],
    ["go1.26", [1, 26, 0]],
  ])("reads %s", (text, version) => expect(parseVersion(text)).toEqual(version));

  it("finds none where there is none", () => expect(parseVersion("devel +abc")).toBeUndefined());
});

describe("atLeast", () => {
  it.each([
    ["v3.208.0", "3.208.0", true],
    ["v3.259.0", "3.208.0", true],
    ["v4.0.0", "3.208.0", true],
    ["v3.207.9", "3.208.0", false],
    ["v3.99.0", "3.208.0", false],
    ["v2.999.9", "3.208.0", false],
    ["3.208.1", "3.208.2", false],
    ["no number", "3.208.0", false],
  ])("%s for %s: %s", (version, minimum, enough) => expect(atLeast(version, minimum)).toBe(enough));
});
