import { describe, expect, it } from "vitest";
import type { Rule } from "../support/rule";
import { casesOf, type Table, verdict, wrongVerdicts } from "./table";

export { container, network, OURS, resource, SECRET, UNKNOWN, volume } from "./resources";

/**
 * Registers the tests of a rule: one for each case, and that the table notices a rule that never reports and one
 * that always does.
 */
export function cases(rule: Rule, table: Table): void {
  describe(rule.id, () => {
    for (const kind of ["pass", "fail", "unknown"] as const) {
      it.each(casesOf(table, kind))(`${kind}: %s`, (_name, given) => {
        expect(verdict(rule, kind, given)).toBeUndefined();
      });
    }

    it("is noticed when it never reports", () => {
      expect(
        wrongVerdicts(
          withCheck(rule, () => {}),
          table,
        ).length,
      ).toBeGreaterThan(0);
    });

    it("is noticed when it always reports", () => {
      const always = withCheck(rule, (report) => report("always"));
      expect(wrongVerdicts(always, table).some((wrong) => wrong.startsWith("pass"))).toBe(true);
    });
  });
}

/** The rule with another check, which is asked about resources of every type. */
function withCheck(rule: Rule, check: (report: (problem: string) => void) => void): Rule {
  return "checkStack" in rule
    ? { ...rule, checkStack: (stack) => stack.all().forEach(({ report }) => check(report)) }
    : { ...rule, types: "all", check: ({ report }) => check(report) };
}
