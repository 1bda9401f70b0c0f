import { TYPES } from "../../support/types";
import { each, type GateRule } from "../rule";
import { number } from "../values";

/** Shortest validity of a certificate, hours: what the configuration allows (config/schema/certificates.ts). */
const LEAST_HOURS = 24;

export const rule: GateRule = {
  id: "chg-cert-time",
  level: "mandatory",
  why: "A certificate that is over, or over before anybody renews it, gets no handshake: nobody reaches the name.",
  remedy:
    "Give `validityHours` of 24 at least, and `earlyRenewalHours` below it, as literal values. The default is 90 days, renewed 30 days before its end.",
  source: "RFC 5280, 4.1.2.5",
  check({ changes }, report) {
    const leaves = changes.filter(({ type, kind }) => type === TYPES.locallySignedCert && kind !== "same");
    each(leaves, report, (leaf) => {
      if (!leaf.after) return;
      const validity = number(leaf.after.inputs, "validityPeriodHours");
      const early = number(leaf.after.inputs, "earlyRenewalHours");
      if (validity < LEAST_HOURS)
        report(leaf, `it would be valid for ${validity} h, and ${LEAST_HOURS} h are the least`);
      else if (early >= validity)
        report(leaf, `it would be due for renewal from its first hour on (\`earlyRenewalHours\` ${early})`);
    });
  },
};
