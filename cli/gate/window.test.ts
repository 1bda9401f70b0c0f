import { describe, expect, it } from "vitest";
import { CliError, exitCode } from "../exit";
import { emergencyNeeded } from "./window";

const windows = [{ days: ["sat"], from: "01:00", to: "03:00", zone: "Europe/Paris" }];
const interrupts = new Map([["server", ["the edge is replaced (memory)", "cutover"]]]);
const open = new Date("2026-11-28T00:30:00Z");
const closed = new Date("2026-11-23T12:00:00Z");

describe("outside the maintenance windows", () => {
  it("what interrupts is refused, with causes and the next window", () => {
    let error: unknown;
    try {
      emergencyNeeded(interrupts, windows, undefined, closed);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).code).toBe(exitCode.refused);
    expect((error as CliError).message).toContain("server: the edge is replaced (memory); cutover");
    expect((error as CliError).message).toContain("the next one opens sat 2026-11-28 01:00 Europe/Paris");
  });

  it("a reason overrides, and is what is recorded", () => {
    expect(emergencyNeeded(interrupts, windows, "it leaks", closed)).toEqual({
      reason: "it leaks",
      interrupts: { server: ["the edge is replaced (memory)", "cutover"] },
    });
  });

  it.each([
    ["in a window", interrupts, windows, open],
    ["without windows", interrupts, [], closed],
    ["when nothing is interrupted", new Map<string, string[]>(), windows, closed],
  ])("nothing is needed or recorded %s", (_, given, when, at) => {
    expect(emergencyNeeded(given, when, undefined, at)).toBeUndefined();
    expect(emergencyNeeded(given, when, "to be sure", at)).toBeUndefined();
  });
});
