import { isAuthority } from "../support/certificates";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** 30 days: a holiday and a failed renewal fit in. */
const HOURS = 720;

export const rule: ResourceRule = {
  id: "tls-renewal",
  level: "advisory",
  why: "A certificate that is renewed at the last moment runs out when that moment is missed.",
  remedy: "Set `earlyRenewalHours` to 720 (30 days), or to a third of the validity if that is shorter.",
  source: "strongroom",
  types: [TYPES.locallySignedCert, TYPES.selfSignedCert],
  check({ inputs, report }) {
    if (isAuthority(inputs)) return;
    const needed = Math.min(HOURS, (inputs.number("validityPeriodHours") ?? Infinity) / 3);
    const early = inputs.number("earlyRenewalHours");
    if (early === undefined || early < needed) report("`earlyRenewalHours` is too short");
  },
};
