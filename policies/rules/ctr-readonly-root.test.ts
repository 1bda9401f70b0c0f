import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-readonly-root";

cases(rule, {
  pass: { true: container({ readOnly: true }) },
  fail: { "left out": container(), false: container({ readOnly: false }) },
  unknown: { readOnly: container({ readOnly: UNKNOWN }) },
});
