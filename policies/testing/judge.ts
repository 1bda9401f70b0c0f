import * as proxy from "@pulumi/policy/proxy.js";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { toPolicy } from "../support/policy";
import { isStackRule, type Rule } from "../support/rule";
import type { TestResource } from "./resources";

const { unknownCheckingProxy } = proxy as unknown as { unknownCheckingProxy<T extends object>(inputs: T): T };

/** A violation as the engine gets it. */
export interface Violation {
  message: string;
  urn: string | undefined;
}

/**
 * Judges resources by a rule in the way the SDK does: behind the same proxy for unknown values, with the settings
 * as the engine sends them. A resource rule is asked about each resource, a stack rule about all together.
 * @param settings what a site changes of the rule's defaults
 */
export function judge(rule: Rule, resources: readonly TestResource[], settings: object = {}): Violation[] {
  const violations: Violation[] = [];
  const report = (message: string, urn?: string) => violations.push({ message, urn });
  const policy = toPolicy(rule);
  const common = { stackTags: new Map<string, string>(), getConfig: () => settings };
  if (isStackRule(rule)) {
    const policyResources = resources.map((resource) => ({
      ...args(resource),
      dependencies: [],
      propertyDependencies: {} as Record<string, unknown[]>,
    }));
    for (const [index, resource] of resources.entries()) {
      for (const [property, sources] of Object.entries(resource.sources)) {
        policyResources[index]!.propertyDependencies[property] = sources.map(
          (source) => policyResources[resources.indexOf(source)],
        );
      }
    }
    (policy as StackValidationPolicy).validateStack(
      { ...common, resources: policyResources } as never,
      report,
    );
    return violations;
  }
  const validate = (policy as ResourceValidationPolicy).validateResource as unknown as Validate;
  for (const resource of resources) {
    // The engine's filter by type, which the SDK applies before it asks.
    if (validate.__pulumiType !== undefined && validate.__pulumiType !== resource.type) continue;
    validate({ ...common, ...args(resource) }, (message) => report(message, resource.urn));
  }
  return violations;
}

interface Validate {
  (args: object, report: (message: string) => void): void;
  __pulumiType?: string;
}

function args({ type, name, urn, inputs, protect, ignoreChanges, provider }: TestResource) {
  // A copy as it comes over the wire: no shared objects, no undefined.
  const props = unknownCheckingProxy(JSON.parse(JSON.stringify(inputs)) as object);
  return {
    type,
    name,
    urn,
    props,
    opts: { protect, ignoreChanges },
    ...(provider ? { provider: { urn: provider } } : {}),
  };
}
