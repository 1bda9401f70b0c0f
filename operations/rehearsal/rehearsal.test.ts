import { describe, expect, it } from "vitest";
import { healthCommand } from "./health";
import { otherRoles } from "./scratch";

describe("the roles that are copied", () => {
  it("are all but the superuser's own, which the scratch server has", () => {
    const dumped = [
      "CREATE ROLE postgres;",
      "ALTER ROLE postgres WITH SUPERUSER;",
      "CREATE ROLE postgres_reader;",
      "ALTER ROLE postgres_reader WITH NOLOGIN;",
      "GRANT vault_owner TO vault_a GRANTED BY postgres;",
    ];
    expect(otherRoles(dumped.join("\n")).split("\n")).toEqual(dumped.slice(2));
  });
});

describe("a health check", () => {
  it("is run as Docker would run it", () => {
    expect(healthCommand(["CMD", "node", "check.js", "3000"])).toEqual(["node", "check.js", "3000"]);
    expect(healthCommand(["CMD-SHELL", "exit 0 || true"])).toEqual(["sh", "-c", "exit 0 || true"]);
  });

  it("that there is none stops the rehearsal", () => {
    for (const test of [[], ["NONE"], ["CMD"], ["CMD-SHELL"]])
      expect(() => healthCommand(test)).toThrow("has no health check");
  });
});
