import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Fields, Report } from "./fields";
import type { Stack } from "./stack";

/** What a reader of a violation is told, and what the table in docs/policies.md is checked against. */
export interface RuleText {
  /** Policy name: the same in violations, exceptions and documents. */
  id: string;
  /** A mandatory violation stops preview and update; an advisory one is printed. */
  level: "mandatory" | "advisory";
  /** What goes wrong without the rule; one sentence. */
  why: string;
  /** What to do instead. */
  remedy: string;
  /** Where the rule comes from: a benchmark's number, a standard, or `strongroom` for the stack's own. */
  source: string;
}

type JsonSchema = PolicyConfigSchema["properties"][string];

/** Settings of a rule that a site may change in policies/site.json. */
export interface Settings<S> {
  defaults: S;
  schema: Record<keyof S & string, JsonSchema>;
}

/** A resource before it is created or changed: its inputs, with secrets as plain text. Never print a value. */
export interface Subject {
  type: string;
  urn: string;
  inputs: Fields;
  /** What strongroom's component labelled it with; undefined for others. Reading it reports a label that is unknown. */
  readonly role: string | undefined;
  /** Whether the engine refuses to delete it. */
  protect: boolean;
  ignoreChanges: readonly string[];
  /** Reports what is wrong: names fields and what they mean, and no value that may be secret. */
  report: Report;
}

/** A rule over one resource's inputs. It is judged at preview, and again at update just before the step. */
export interface ResourceRule<S = object> extends RuleText {
  /** Types that it judges. */
  types: readonly string[] | "all";
  settings?: Settings<S>;
  check(subject: Subject, settings: S): void;
}

/**
 * A rule over all resources of the stack together, for what needs more than one. At update the engine asks it
 * when everything is done: only a preview stops.
 */
export interface StackRule<S = object> extends RuleText {
  settings?: Settings<S>;
  checkStack(stack: Stack, settings: S): void;
}

export type Rule = ResourceRule | StackRule;

export function isStackRule(rule: Rule): rule is StackRule {
  return "checkStack" in rule;
}
