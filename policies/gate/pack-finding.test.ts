import { describe, expect, it } from "vitest";
import { rules } from "../rules";
import { violationText } from "../support/policy";
import { packFinding } from "./pack-finding";

const urn = "urn:pulumi:test::strongroom::docker:index/container:Container::adminer";

/** As the SDK joins description and message, and the engine colours them. */
const message = (why: string, text: string) => `<{%reset%}>${why}\n${text}<{%reset%}>\n`;

describe("what the policy pack has found", () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))("by %s is a finding like the gate's", (_, rule) => {
    const problem = "`ports[0]` publishes a port.\nIt is one of two.";
    const { id, level, why, remedy, source } = rule;
    const given = {
      policyName: id,
      resourceUrn: urn,
      enforcementLevel: level,
      message: message(why, violationText(rule, problem)),
    };
    expect(packFinding(given)).toEqual({
      rule: id,
      level,
      urn,
      name: "adminer",
      problem,
      why,
      remedy,
      source,
    });
  });

  it("is the rule's where an exception is in force, and refuses until somebody has looked at that", () => {
    const [rule] = rules;
    const text = `${violationText(rule!, "bad")}\nSUPPRESSED by ops, OPS-1: because (until 2026-11-30, 8 days left)`;
    const given = {
      policyName: `${rule!.id}-excepted`,
      resourceUrn: urn,
      enforcementLevel: "advisory" as const,
      message: message(rule!.why, text),
    };
    expect(packFinding(given)).toMatchObject({
      ...{ rule: rule!.id, level: "mandatory", problem: "bad" },
      ...{ remedy: rule!.remedy, source: rule!.source },
    });
  });

  it("is shown as it is where it has another form", () => {
    const given = { policyName: "other", enforcementLevel: "advisory" as const, message: message("a", "b") };
    expect(packFinding(given)).toMatchObject({ level: "advisory", urn: "", name: "", problem: "a\nb" });
  });

  it("refuses where a rule could not be run", () => {
    const text = message("why", "can't run policy 'net-publish' during preview: unknown value");
    const given = { policyName: "net-publish", enforcementLevel: "advisory" as const, message: text };
    expect(packFinding(given).level).toBe("mandatory");
  });
});
