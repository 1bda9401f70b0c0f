import type { Rule } from "../support/rule";
import { judge } from "./judge";
import { SECRET, type TestResource } from "./resources";

/** One case: a resource, or the resources of a stack, with settings if they are not the defaults. */
export type Case =
  TestResource | readonly TestResource[] | { settings: object; of: TestResource | readonly TestResource[] };

/** The cases of a rule, by what is special about each. */
export interface Table {
  /** No violation. */
  pass: Record<string, Case>;
  /** A violation, with the text that its message must hold if one is given. */
  fail: Record<string, Case | readonly [Case, string]>;
  /** A value that is not known yet: a violation that says so. A text says why nothing it reads can be unknown. */
  unknown: Record<string, Case> | string;
}

/** Says what is wrong with the rule's verdict on a case; undefined when it is right. */
export function verdict(
  rule: Rule,
  kind: keyof Table,
  given: Case | readonly [Case, string],
): string | undefined {
  const [subject, text] = isWithText(given) ? given : [given, undefined];
  const [of, settings] = "settings" in subject ? [subject.of, subject.settings] : [subject, {}];
  const violations = judge(rule, Array.isArray(of) ? of : [of as TestResource], settings);
  const messages = violations.map(({ message }) => message);
  if (messages.some((message) => message.includes(SECRET))) return "a violation holds a secret value";
  if (kind === "pass") return messages.length === 0 ? undefined : `violations: ${messages.join(" | ")}`;
  if (messages.length === 0) return "no violation";
  const expected = kind === "unknown" ? "is only known after the update" : (text ?? "");
  if (!messages.some((message) => message.includes(expected)))
    return `no violation says "${expected}": ${messages.join(" | ")}`;
  if (kind === "fail" && !text && messages.some((message) => message.includes("cannot be judged"))) {
    return "it could not be judged";
  }
  const incomplete = messages.find(
    (message) => !message.includes(rule.remedy) || !message.includes(rule.source),
  );
  return incomplete && `a violation lacks remedy or source: ${incomplete}`;
}

/** The cases of one kind with their names. */
export function casesOf(table: Table, kind: keyof Table): [string, Case | readonly [Case, string]][] {
  const cases = table[kind];
  return typeof cases === "string" ? [] : Object.entries(cases);
}

/** All wrong verdicts of a rule over its table. */
export function wrongVerdicts(rule: Rule, table: Table): string[] {
  return (["pass", "fail", "unknown"] as const).flatMap((kind) =>
    casesOf(table, kind).flatMap(([name, given]) => {
      const wrong = verdict(rule, kind, given);
      return wrong === undefined ? [] : [`${kind} ${name}: ${wrong}`];
    }),
  );
}

function isWithText(given: Case | readonly [Case, string]): given is readonly [Case, string] {
  return Array.isArray(given) && typeof given[1] === "string";
}
