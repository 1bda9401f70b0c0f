import type { Violation } from "./events";
import type { Finding } from "./rule";

/** The policy pack's name. */
export const PACK = "strongroom";

/** Colours, which the engine writes as `<{%fg 1%}>` (sdk/go/common/diag/colors). */
const COLOURS = /<\{%[^%]*%\}>/g;

/** The rule's description, then what `violationText` makes of a problem: policies/support/policy.ts. */
const TEXT =
  /^(?<why>[^\n]*)\n(?<problem>[^]*)\.\nRemedy: (?<remedy>[^\n]*)\nSource: (?<source>[^\n]*)(?:\nSUPPRESSED [^\n]*)?$/;

/** End of the name of a policy that speaks in a rule's place where an exception is in force. */
export const EXCEPTED = "-excepted";

/** What the SDK says in a rule's place that broke on a value that is not known yet; then nobody has judged. */
const NOT_RUN = "can't run policy";

/**
 * What the policy pack has found, as a finding like the gate's own. What an exception is for the engine lets pass; here
 * it refuses, until the exception is found to be what it says.
 */
export function packFinding({ policyName, resourceUrn = "", message, enforcementLevel }: Violation): Finding {
  const text = message.replace(COLOURS, "").trim();
  const isExcepted = policyName.endsWith(EXCEPTED);
  const { why, problem, remedy, source } = TEXT.exec(text)?.groups ?? {};
  return {
    rule: isExcepted ? policyName.slice(0, -EXCEPTED.length) : policyName,
    level: text.includes(NOT_RUN) || isExcepted ? "mandatory" : enforcementLevel,
    urn: resourceUrn,
    name: resourceUrn.split("::").at(-1)!,
    problem: problem ?? text,
    why: why ?? "The policy pack refuses it.",
    remedy: remedy ?? "Do what the message says.",
    source: source ?? "policy pack",
  };
}
