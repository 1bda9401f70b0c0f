import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge";
import { container, resource, volume } from "../testing/resources";
import { toExceptedPolicy, toPolicy } from "./policy";
import type { ResourceRule, StackRule } from "./rule";
import { TYPES } from "./types";

const rule: ResourceRule<{ limit: number }> = {
  id: "test-rule",
  level: "advisory",
  why: "It is bad.",
  remedy: "Make it good.",
  source: "nobody",
  types: [TYPES.container],
  settings: { defaults: { limit: 1 }, schema: { limit: { type: "integer", description: "How many" } } },
  check({ report }, { limit }) {
    report(`more than ${limit}`);
    report(`more than ${limit}`);
  },
};

/** Its type, when the SDK may go by it without reading the inputs. */
const filterOf = (types: ResourceRule["types"]) =>
  (toPolicy({ ...rule, types }) as { validateResource: { __pulumiType?: string } }).validateResource
    .__pulumiType;

describe("toPolicy", () => {
  it("gives the engine name, level, reason and settings", () => {
    const { validateResource, ...text } = toPolicy(rule) as ResourceValidationPolicy;
    expect(validateResource).toBeTypeOf("function");
    expect(text).toEqual({
      name: "test-rule",
      enforcementLevel: "advisory",
      description: "It is bad.",
      configSchema: { properties: { limit: { type: "integer", description: "How many", default: 1 } } },
    });
    expect(toPolicy({ ...rule, settings: undefined })).not.toHaveProperty("configSchema");
  });

  it("says problem, remedy and source, each problem once for each resource", () => {
    expect(judge(rule, [container()]).map(({ message }) => message)).toEqual([
      "more than 1.\nRemedy: Make it good.\nSource: nobody",
    ]);
    expect(judge(rule, [container(), container()])).toHaveLength(2);
  });

  it("hands the site's settings over the defaults", () => {
    expect(judge(rule, [container()], { limit: 7 })[0]!.message).toContain("more than 7");
  });

  it("lets the SDK go by the type where there is one", () => {
    expect(filterOf([TYPES.container])).toBe(TYPES.container);
    expect(filterOf([TYPES.container, TYPES.volume])).toBeUndefined();
    expect(filterOf("all")).toBeUndefined();
  });

  it("asks a rule about its types only", () => {
    const two = { ...rule, types: [TYPES.container, TYPES.volume] };
    expect(judge(two, [container(), volume(), resource("acme:index:Widget")])).toHaveLength(2);
    expect(judge({ ...rule, types: "all" }, [resource("acme:index:Widget")])).toHaveLength(1);
  });
});

describe("a rule that exceptions are for", () => {
  const report = (policy: unknown, urn: string) => {
    const said: string[] = [];
    const { validateResource } = policy as {
      validateResource: (args: object, report: (text: string) => void) => void;
    };
    const args = { type: TYPES.container, urn, props: {}, opts: {}, getConfig: () => ({}) };
    validateResource(args, (text) => said.push(text));
    return said;
  };
  const answers = new Map([["urn:excepted", "by ops"]]);
  const text = "more than 1.\nRemedy: Make it good.\nSource: nobody";

  it("is silent about those resources, and about no other", () => {
    expect(report(toPolicy(rule, answers), "urn:excepted")).toEqual([]);
    expect(report(toPolicy(rule, answers), "urn:other")).toEqual([text]);
  });

  it("speaks about them by a policy of its own that stops nothing and says who answers", () => {
    const policy = toExceptedPolicy({ ...rule, level: "mandatory" }, answers);
    expect(policy).toMatchObject({ name: "test-rule-excepted", enforcementLevel: "advisory" });
    expect(report(policy, "urn:excepted")).toEqual([`${text}\nSUPPRESSED by ops`]);
    expect(report(policy, "urn:other")).toEqual([]);
  });

  it("is so too where it judges all resources together", () => {
    const stackRule: StackRule = {
      ...{ id: "all", level: "mandatory", why: "", remedy: "", source: "" },
      checkStack: (stack) => stack.all().forEach(({ report: say }) => say("bad")),
    };
    const said = (policy: unknown) => {
      const urns: (string | undefined)[] = [];
      const { validateStack } = policy as {
        validateStack: (args: object, report: (text: string, urn?: string) => void) => void;
      };
      const resources = ["urn:excepted", "urn:other"].map((urn) => ({
        ...{ type: TYPES.container, urn, props: {}, opts: {}, propertyDependencies: {} },
      }));
      validateStack({ resources, getConfig: () => ({}) }, (_, urn) => urns.push(urn));
      return urns;
    };
    expect(said(toPolicy(stackRule, answers))).toEqual(["urn:other"]);
    expect(said(toExceptedPolicy(stackRule, answers))).toEqual(["urn:excepted"]);
  });
});
