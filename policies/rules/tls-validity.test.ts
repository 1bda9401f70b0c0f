import { cases, resource, UNKNOWN } from "../testing/cases";
import { rule } from "./tls-validity";

const leaf = (inputs: object) => resource("tls:index/locallySignedCert:LocallySignedCert", { ...inputs });
const own = (inputs: object) => resource("tls:index/selfSignedCert:SelfSignedCert", { ...inputs });

cases(rule, {
  pass: {
    "90 days": leaf({ validityPeriodHours: 2160 }),
    "825 days": leaf({ validityPeriodHours: 19_800 }),
    "an authority": own({ isCaCertificate: true, validityPeriodHours: 87_600 }),
  },
  fail: {
    "more than 825 days": leaf({ validityPeriodHours: 19_801 }),
    "signed by itself": own({ validityPeriodHours: 87_600 }),
    "left out": leaf({}),
  },
  unknown: {
    validityPeriodHours: leaf({ validityPeriodHours: UNKNOWN }),
    isCaCertificate: own({ isCaCertificate: UNKNOWN, validityPeriodHours: 1 }),
  },
});
