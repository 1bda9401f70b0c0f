import type { Violation } from "./events";
import type { Finding } from "./rule";

/** The policy pack's name. */
export const PACK = "strongroom";

/** Colours, which the engine writes as `<{%fg 1%}>` (sdk/go/common/diag/colors). */
const COLOURS = /<\{%[^%]*%\}>/g;

/** The rule's description, then what `violationText` makes of a problem: policies/support/policy.ts. */
const TEXT = /^(?<why>[^\n]*)\n(?<problem>[^]*)\.\nRemedy: (?<remedy>[^\n]*)\nSource: (?<source>[^\n]*)$/;

/** What the SDK says in a rule's place that broke on a value that is not known yet; then nobody has judged. */
const NOT_RUN = "can't run policy";

/** What the policy pack has found, as a finding like the gate's own. It is no exception's to suppress: the engine stops. */
export function packFinding({ policyName, resourceUrn = "", message, enforcementLevel }: Violation): Finding {
  const text = message.replace(COLOURS, "").trim();
  const { why, problem, remedy, source } = TEXT.exec(text)?.groups ?? {};
  return {
    rule: policyName,
    level: text.includes(NOT_RUN) ? "mandatory" : enforcementLevel,
    urn: resourceUrn,
    name: resourceUrn.split("::").at(-1)!,
    problem: problem ?? text,
    why: why ?? "The policy pack refuses it.",
    remedy: remedy ?? "Do what the message says.",
    source: source ?? "policy pack",
  };
}
