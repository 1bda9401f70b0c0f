import type { GateRule } from "../rule";
import { stackOf } from "../update";

export const rule: GateRule = {
  id: "chg-session",
  level: "advisory",
  why: "What was signed with the generation before is no longer valid, and the product takes one at a time: there is no overlap.",
  remedy: "Tell people, or choose a time when few are at work. After a leak do it at once.",
  source: "OWASP Session Management Cheat Sheet",
  check(update, report, { generations }) {
    for (const { secret, applied, next } of generations) {
      if (applied !== undefined && next > applied)
        report(
          stackOf(update),
          `everybody logged in at ${secret.split("/")[0]} would have to log in again: ${secret} would get generation ${next}`,
        );
    }
  },
};
