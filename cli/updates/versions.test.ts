import { describe, expect, it } from "vitest";
import { newerVersions } from "./versions";

describe("newer versions", () => {
  it("are those of the same form that come after, in their order", () => {
    const tags = [
      "1.10.0",
      "1.9.2",
      "1.9.1",
      "1.9",
      "latest",
      "2.0.0",
      "v2.0.0",
      "2.0.0-rc1",
      "2.0.0",
      "1.8.0",
    ];
    expect(newerVersions("1.9.1", tags)).toEqual(["1.9.2", "1.10.0", "2.0.0"]);
    expect(newerVersions("v1.0.0", tags)).toEqual(["v2.0.0"]);
    expect(newerVersions("15.13-alpine", ["15.14", "15.14-alpine", "16.0-alpine"])).toEqual([
      "15.14-alpine",
      "16.0-alpine",
    ]);
  });

  it("stay within a major version where another one needs more than a new image", () => {
    expect(newerVersions("15.13", ["15.14", "16.1"], { sameMajor: true })).toEqual(["15.14"]);
  });

  it("are none of what is no version", () => {
    expect(newerVersions("latest", ["latest", "1.0.0", "newest"])).toEqual([]);
  });
});
