import { type Facts, findingsOf, type GateRule } from "../rule";
import type { Change, Update } from "../update";
import { CANARY, FACTS, update } from "./changes";

/** One case: a change, several, or a whole update with facts that differ from FACTS. */
export type Case = Change | Change[] | { update: Update; facts?: Partial<Facts> };

/** The cases of a rule, by what is special about each. */
export interface Table {
  pass: Record<string, Case>;
  /** With the text that the finding must hold. */
  fail: Record<string, readonly [Case, string]>;
  /** A value is secret or not known yet: a finding that says so. A text says why there is no such case. */
  unjudgeable: Record<string, Case> | string;
}

type Kind = keyof Table;

/** All cases with their kind, name and the text that is expected. */
export function casesOf(table: Table): { kind: Kind; name: string; given: Case; expected: string }[] {
  const { pass, fail, unjudgeable } = table;
  return [
    ...Object.entries(pass).map(([name, given]) => ({ kind: "pass" as const, name, given, expected: "" })),
    ...Object.entries(fail).map(([name, [given, expected]]) => ({
      kind: "fail" as const,
      name,
      given,
      expected,
    })),
    ...Object.entries(typeof unjudgeable === "string" ? {} : unjudgeable).map(([name, given]) => ({
      kind: "unjudgeable" as const,
      name,
      given,
      expected: "cannot be judged",
    })),
  ];
}

/** Says what is wrong with the rule's verdict on a case; undefined when it is right. */
export function verdict(rule: GateRule, kind: Kind, given: Case, expected: string): string | undefined {
  const { update: of, facts = {} } =
    "update" in given ? given : { update: update(Array.isArray(given) ? given : [given]) };
  const problems = findingsOf(rule, of, { ...FACTS, ...facts }).map(
    ({ name, problem }) => `${name}: ${problem}`,
  );
  if (problems.some((problem) => problem.includes(CANARY))) return "a finding holds a secret value";
  if (kind === "pass") return problems.length === 0 ? undefined : `findings: ${problems.join(" | ")}`;
  if (problems.length !== 1) return `${problems.length} findings: ${problems.join(" | ")}`;
  return problems[0]!.includes(expected) ? undefined : `no finding says "${expected}": ${problems[0]}`;
}

/** All wrong verdicts of a rule over its table. */
export function wrongVerdicts(rule: GateRule, table: Table): string[] {
  return casesOf(table).flatMap(({ kind, name, given, expected }) => {
    const wrong = verdict(rule, kind, given, expected);
    return wrong === undefined ? [] : [`${kind} ${name}: ${wrong}`];
  });
}
