import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import { Fields, guarded, type Report } from "./fields";
import { roleOf } from "./labels";
import { isStackRule, type ResourceRule, type Rule, type Settings, type StackRule } from "./rule";
import { type Node, Stack } from "./stack";

/** A rule as the Pulumi SDK takes it. */
export function toPolicy(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const text = {
    name: rule.id,
    description: rule.why,
    enforcementLevel: rule.level,
    ...(rule.settings ? { configSchema: configSchema(rule.settings) } : {}),
  };
  return isStackRule(rule)
    ? { ...text, validateStack: stackValidation(rule) }
    : { ...text, validateResource: resourceValidation(rule) };
}

/** The engine shows nothing but the message, so remedy and source have to be in it. */
export function violationText(rule: Rule, problem: string): string {
  return `${problem}.\nRemedy: ${rule.remedy}\nSource: ${rule.source}`;
}

function configSchema<S>({ defaults, schema }: Settings<S>): PolicyConfigSchema {
  const properties = Object.entries(schema) as [keyof S & string, object][];
  return {
    properties: Object.fromEntries(
      properties.map(([name, property]) => [name, { ...property, default: defaults[name] as never }]),
    ),
  };
}

function resourceValidation(rule: ResourceRule): ResourceValidation {
  const { types } = rule;
  const validate: ResourceValidation = (args, reportViolation) => {
    if (types !== "all" && !types.includes(args.type)) return;
    const report = once(rule, reportViolation);
    const inputs = new Fields(args.props, report);
    const subject = {
      type: args.type,
      urn: args.urn,
      inputs,
      // Read by need: a label that cannot be judged is reported by the rules that go by it.
      get role() {
        return roleOf(args.urn, inputs);
      },
      protect: args.opts.protect,
      ignoreChanges: args.opts.ignoreChanges,
      report,
    };
    guarded(report, () => rule.check(subject, settings(rule, args.getConfig())));
  };
  // The SDK reads the inputs of resources of other types only to hand them to a rule without this mark.
  return types !== "all" && types.length === 1
    ? Object.assign(validate, { __pulumiType: types[0] })
    : validate;
}

function stackValidation(rule: StackRule): StackValidation {
  return (args, reportViolation) => {
    const nodes = new Map<unknown, Node>();
    for (const resource of args.resources) {
      const report = once(rule, reportViolation, resource.urn);
      const outputs = new Fields(resource.props, report);
      nodes.set(resource, {
        type: resource.type,
        urn: resource.urn,
        outputs,
        get role() {
          return roleOf(resource.urn, outputs);
        },
        protect: resource.opts.protect,
        provider: resource.provider?.urn,
        sourcesOf: (property) =>
          (resource.propertyDependencies[property] ?? []).flatMap((source) => nodes.get(source) ?? []),
        report,
      });
    }
    rule.checkStack(new Stack([...nodes.values()]), settings(rule, args.getConfig()));
  };
}

function settings(rule: Rule, given: object): object {
  return { ...rule.settings?.defaults, ...given };
}

/** Reports each problem of a resource once, however often a check comes across it. */
function once(rule: Rule, reportViolation: ReportViolation, urn?: string): Report {
  const reported = new Set<string>();
  return (problem) => {
    if (reported.has(problem)) return;
    reported.add(problem);
    reportViolation(violationText(rule, problem), urn);
  };
}
