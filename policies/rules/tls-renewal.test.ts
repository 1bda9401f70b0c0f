import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./tls-renewal";

const leaf = (inputs: object) => resource("tls:index/locallySignedCert:LocallySignedCert", { ...inputs });
const own = (inputs: object) => resource("tls:index/selfSignedCert:SelfSignedCert", { ...inputs });

cases(rule, {
  pass: {
    "30 days": leaf({ validityPeriodHours: 2160, earlyRenewalHours: 720 }),
    "30 days of a year": leaf({ validityPeriodHours: 8760, earlyRenewalHours: 720 }),
    "a third of a short one": leaf({ validityPeriodHours: 24, earlyRenewalHours: 8 }),
    "an authority": own({ isCaCertificate: true, validityPeriodHours: 87_600 }),
  },
  fail: {
    "left out": leaf({ validityPeriodHours: 2160 }),
    "less than 30 days": leaf({ validityPeriodHours: 8760, earlyRenewalHours: 719 }),
    "less than a third of a short one": own({ validityPeriodHours: 24, earlyRenewalHours: 7 }),
  },
  unknown: {
    earlyRenewalHours: leaf({ validityPeriodHours: 2160, earlyRenewalHours: UNKNOWN }),
    validityPeriodHours: leaf({ validityPeriodHours: UNKNOWN, earlyRenewalHours: 720 }),
  },
});
