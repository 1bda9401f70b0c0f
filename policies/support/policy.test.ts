import type { ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge";
import { container, resource, volume } from "../testing/resources";
import { toPolicy } from "./policy";
import type { ResourceRule } from "./rule";
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
