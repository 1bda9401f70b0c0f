import { describe, expect, it } from "vitest";
import { siteConfig } from "./site";

describe("policies/site.json", () => {
  it("is taken with each rule's own level", () => {
    expect(siteConfig({ "net-publish": { hostPorts: [443] }, "bak-present": {} })).toEqual({
      "net-publish": { hostPorts: [443], enforcementLevel: "mandatory" },
      "bak-present": { enforcementLevel: "mandatory" },
    });
  });

  it("is taken in the same way where an exception is in force, by a policy that stops nothing", () => {
    expect(siteConfig({ "net-publish": { hostPorts: [443] } }, ["net-publish", "ctr-cpu"])).toEqual({
      "net-publish": { hostPorts: [443], enforcementLevel: "mandatory" },
      "net-publish-excepted": { hostPorts: [443], enforcementLevel: "advisory" },
    });
  });

  it.each<[Record<string, object>, string]>([
    [{ "net-pubish": {} }, "policies/site.json has settings for a rule that does not exist: net-pubish"],
    [
      { "net-publish": { ports: [443] } },
      "policies/site.json: net-publish has no setting ports; it has entryPorts, hostPorts",
    ],
    [
      { "net-publish": { enforcementLevel: "disabled" } },
      "net-publish has no setting enforcementLevel; it has entryPorts, hostPorts",
    ],
    [{ "ctr-memory": { least: 64 } }, "ctr-memory has no setting least; it has none"],
  ])("is refused with %j", (given, told) => {
    expect(() => siteConfig(given)).toThrow(told);
  });
});
