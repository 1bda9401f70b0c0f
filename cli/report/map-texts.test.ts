import { describe, expect, it } from "vitest";
import { mapTexts } from "./map-texts";
import { refused } from "./testing/reports";

describe("a report's texts", () => {
  it("are all passed through the function, but for words of the program's own", () => {
    const given = refused();
    const mapped = mapTexts(given, (text) => `[${text}]`);
    expect(mapped.findings[0]).toMatchObject({
      rule: "chg-db-volume",
      level: "mandatory",
      problem: `[${given.findings[0]!.problem}]`,
    });
    expect(mapped.suppressed[0]).toMatchObject({ reason: `[${given.suppressed[0]!.reason}]`, daysLeft: 38 });
    expect(mapped.services[0]).toMatchObject({ interruption: "interrupted", strategy: "rolling" });
    expect(mapped.services[0]!.causes).toEqual(given.services[0]!.causes.map((cause) => `[${cause}]`));
    expect(mapped.resources.every(({ name, urn }) => name.startsWith("[") && urn.startsWith("["))).toBe(true);
    expect(mapped.counts).toEqual(given.counts);
    expect(mapped.refused).toBe(true);
  });
});
