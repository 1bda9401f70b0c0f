import { describe, expect, it } from "vitest";
import type { GateRule } from "../rule";
import { casesOf, type Table, verdict } from "./table";

export * from "./changes";

/** Registers the tests of a rule: one for each case. That they notice a broken rule, gate.test.ts sees to. */
export function cases(rule: GateRule, table: Table): void {
  describe(rule.id, () => {
    it.each(casesOf(table))("$kind: $name", ({ kind, given, expected }) => {
      expect(verdict(rule, kind, given, expected)).toBeUndefined();
    });
  });
}
