import { TYPES } from "../../support/types";
import { cases, change } from "../testing/cases";
import { UNKNOWN } from "../values";
import { rule } from "./chg-cert-time";

const valid = (validityPeriodHours: unknown, earlyRenewalHours: unknown = 6) => ({
  validityPeriodHours,
  earlyRenewalHours,
});
const leaf = (after: object | undefined, before: object | undefined = valid(2_160)) =>
  change(TYPES.locallySignedCert, { ...before }, after && { ...after }, {
    kind: after ? "replace" : "delete",
  });

cases(rule, {
  pass: {
    "90 days": leaf(valid(2_160, 720)),
    "a day": leaf(valid(24)),
    "renewed an hour after it was made": leaf(valid(24, 23)),
    "one that goes": leaf(undefined),
    "one that stays, and was made by other rules": change(TYPES.locallySignedCert, valid(1), valid(1), {
      kind: "same",
    }),
    "a root, which is another rule's": change(TYPES.selfSignedCert, undefined, valid(1)),
  },
  fail: {
    "less than a day": [leaf(valid(23)), "it would be valid for 23 h, and 24 h are the least"],
    "a first one": [change(TYPES.locallySignedCert, undefined, valid(1)), "valid for 1 h"],
    "due at once": [leaf(valid(24, 24)), "due for renewal from its first hour on (`earlyRenewalHours` 24)"],
  },
  unjudgeable: {
    "validity not known": leaf(valid(UNKNOWN)),
    "renewal not known": leaf(valid(2_160, UNKNOWN)),
  },
});
