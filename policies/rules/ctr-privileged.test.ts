import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-privileged";

cases(rule, {
  pass: { "left out": container(), false: container({ privileged: false }) },
  fail: { true: container({ privileged: true }), "true as text": container({ privileged: "true" }) },
  unknown: { privileged: container({ privileged: UNKNOWN }) },
});
