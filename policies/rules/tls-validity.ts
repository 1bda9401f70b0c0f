import { isAuthority } from "../support/certificates";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** 825 days: Apple's systems refuse a server certificate that is valid for longer, also from a private CA. */
const MAX_HOURS = 825 * 24;

export const rule: ResourceRule = {
  id: "tls-validity",
  level: "mandatory",
  why: "A stolen key is good for as long as its certificate, and Apple's systems refuse one that lives too long.",
  remedy: "Set `validityPeriodHours` to 19800 (825 days) or less; 2160 (90 days) is the stack's default.",
  source: "Apple, requirements for trusted certificates (HT210176); public ones: CA/Browser Forum SC-081v3",
  types: [TYPES.locallySignedCert, TYPES.selfSignedCert],
  check({ inputs, report }) {
    if (isAuthority(inputs)) return;
    if ((inputs.number("validityPeriodHours") ?? Infinity) > MAX_HOURS)
      report("`validityPeriodHours` is more than 825 days");
  },
};
