import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "./nearest";

describe("nearest", () => {
  it("takes the candidate with the fewest edits, whatever the case", () => {
    expect(nearest("replcas", ["image", "replicas", "domain"])).toBe("replicas");
    expect(nearest("PATHPREFIX", ["pathPrefix", "domain"])).toBe("pathPrefix");
    expect(nearest("x", [])).toBeUndefined();
  });

  it("lists what is valid while that can be read at a glance", () => {
    expect(didYouMean("htps", ["https", "http"])).toBe("did you mean `https`? (valid: http, https)");
    const many = Array.from({ length: 13 }, (_, index) => `key${index}`);
    expect(didYouMean("key3", many)).toBe("did you mean `key3`?");
    expect(didYouMean("x", [])).toBe("remove it");
  });
});
