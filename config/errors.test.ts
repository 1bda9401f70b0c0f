import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, quote } from "./errors";

describe("ConfigError", () => {
  it("sorts problems and drops repeated ones", () => {
    const problem = (path: string, reason: string) => ({ path, reason, remedy: "x" });
    const error = new ConfigError("dev", [
      problem("b", "1"),
      problem("a", "2"),
      problem("a", "1"),
      problem("a", "2"),
    ]);
    expect(error.problems.map(({ path, reason }) => path + reason)).toEqual(["a1", "a2", "b1"]);
    expect(error.message).toContain("3 problems");
  });

  it("names what is no key of the configuration without the namespace", () => {
    const error = new ConfigError("dev", [{ path: "(file)", reason: "r", remedy: "x" }]);
    expect(error.message).toContain("\n  (file): r\n");
  });
});

describe("quote", () => {
  it("cuts long values and takes passwords out of URLs", () => {
    expect(quote("x".repeat(500))!.length).toBeLessThan(110);
    expect(quote(["ssh://root:hunter2@host", "a://b:c@d"])).toBe('["ssh://root:…@host","a://b:…@d"]');
    expect(quote("https://host:8443/a@b")).toBe('"https://host:8443/a@b"');
    expect(quote(undefined)).toBeUndefined();
  });
});

it("prints its problems once", () => {
  const error = new ConfigError("dev", [{ path: "edge", reason: "is odd", remedy: "make it even" }]);
  expect(inspect(error).match(/is odd/g)).toHaveLength(1);
});
