import type {
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import { EXCEPTED } from "../gate/pack-finding";
import { Fields, guarded, type Report } from "./fields";
import { roleOf } from "./labels";
import { isStackRule, type ResourceRule, type Rule, type Settings, type StackRule } from "./rule";
import { type Node, Stack } from "./stack";

/** Who answers for what a rule finds about a resource, by its URN: a sentence without its end. */
export type Answers = ReadonlyMap<string, string>;

/** A rule as the Pulumi SDK takes it. @param excepted resources about which another policy speaks */
export function toPolicy(
  rule: Rule,
  excepted: Answers = new Map(),
): ResourceValidationPolicy | StackValidationPolicy {
  return policyOf(rule, rule.id, rule.level, (urn) => (excepted.has(urn) ? undefined : ""));
}

/**
 * A rule over the resources that have an exception from it: it finds the same there, and stops nothing. So the engine
 * shows what stands aside, and whoever judges the preview knows whether the exception is needed.
 */
export function toExceptedPolicy(
  rule: Rule,
  excepted: Answers,
): ResourceValidationPolicy | StackValidationPolicy {
  return policyOf(rule, `${rule.id}${EXCEPTED}`, "advisory", (urn) => {
    const answer = excepted.get(urn);
    return answer && `\nSUPPRESSED ${answer}`;
  });
}

/** What is said of a resource beside the problem; undefined where nothing is to be said of it at all. */
type Tail = (urn: string) => string | undefined;

function policyOf(rule: Rule, name: string, level: Rule["level"], tail: Tail) {
  const text = {
    name,
    description: rule.why,
    enforcementLevel: level,
    ...(rule.settings ? { configSchema: configSchema(rule.settings) } : {}),
  };
  return isStackRule(rule)
    ? { ...text, validateStack: stackValidation(rule, tail) }
    : { ...text, validateResource: resourceValidation(rule, tail) };
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

function resourceValidation(rule: ResourceRule, tail: Tail): ResourceValidation {
  const { types } = rule;
  const validate: ResourceValidation = (args, reportViolation) => {
    if (types !== "all" && !types.includes(args.type)) return;
    const more = tail(args.urn);
    if (more === undefined) return;
    const report = once(rule, more, reportViolation);
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

function stackValidation(rule: StackRule, tail: Tail): StackValidation {
  return (args, reportViolation) => {
    const nodes = new Map<unknown, Node>();
    for (const resource of args.resources) {
      const more = tail(resource.urn);
      const report = more === undefined ? () => undefined : once(rule, more, reportViolation, resource.urn);
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
function once(rule: Rule, more: string, reportViolation: ReportViolation, urn?: string): Report {
  const reported = new Set<string>();
  return (problem) => {
    if (reported.has(problem)) return;
    reported.add(problem);
    reportViolation(violationText(rule, problem) + more, urn);
  };
}
