import { applyExceptions, type Exception, type Judgement } from "./exceptions";
import { repairs } from "./repair";
import { type Facts, findingsOf } from "./rule";
import { rules } from "./rules";
import type { Update } from "./update";

/** Judges an update by all rules and takes the exceptions out; for what the policy pack has found there are none. */
export function judgeUpdate(update: Update, facts: Facts, exceptions: Exception[]): Judgement {
  const findings = rules.flatMap((rule) => findingsOf(rule, update, facts));
  const judgement = applyExceptions([...findings, ...repairs(update)], exceptions, facts.now);
  return { ...judgement, findings: [...judgement.findings, ...update.violations] };
}

/** Whether the update must not be made. */
export function isRefused({ findings, errors }: Judgement): boolean {
  return errors.length > 0 || findings.some(({ level }) => level === "mandatory");
}
