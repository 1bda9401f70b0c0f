import { applyExceptions, type Exception, type Judgement } from "./exceptions";
import { repairs } from "./repair";
import { type Facts, findingsOf } from "./rule";
import { rules } from "./rules";
import type { Update } from "./update";

/**
 * Whether all was asked that a rule goes by, of those that go by what `up` alone asks the hosts. An exception from one
 * of them stands in the file while others preview.
 */
const ASKED: Record<string, (facts: Facts) => boolean> = {
  "chg-headroom": ({ memoryMiB }) => memoryMiB !== undefined,
  "chg-host": ({ daemons }) => daemons?.every(({ applied }) => applied !== undefined) ?? false,
  // How many are open differs from one moment to the next.
  "chg-connections": () => false,
};

/**
 * Judges an update by all rules, adds what the policy pack has found, and takes the exceptions out.
 * @param isKnown whether the preview shows all that there is to find
 */
export function judgeUpdate(
  update: Update,
  facts: Facts,
  exceptions: Exception[],
  isKnown = update.succeeded,
): Judgement {
  const findings = rules.flatMap((rule) => findingsOf(rule, update, facts));
  return applyExceptions(
    [...findings, ...repairs(update), ...update.violations],
    exceptions,
    facts.now,
    (rule) => isKnown && (ASKED[rule]?.(facts) ?? true),
  );
}

/** Whether the update must not be made. */
export function isRefused({ findings, errors }: Judgement): boolean {
  return errors.length > 0 || findings.some(({ level }) => level === "mandatory");
}
