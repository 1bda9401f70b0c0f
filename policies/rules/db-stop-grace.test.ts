import { cases, OURS, container, UNKNOWN } from "../testing/cases";
import { rule } from "./db-stop-grace";

cases(rule, {
  pass: {
    "60 s": container({ destroyGraceSeconds: 60 }, { role: "database" }),
    "a service": container({}, { role: "service" }),
  },
  fail: {
    "left out": container({}, { role: "database" }),
    "59 s": container({ destroyGraceSeconds: 59 }, { role: "database" }),
  },
  unknown: {
    destroyGraceSeconds: container({ destroyGraceSeconds: UNKNOWN }, { role: "database" }),
    role: container({ labels: UNKNOWN }, OURS),
  },
});
