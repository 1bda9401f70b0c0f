import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./net-publish-all";

cases(rule, {
  pass: { "left out": container(), false: container({ publishAllPorts: false }) },
  fail: { true: container({ publishAllPorts: true }) },
  unknown: { publishAllPorts: container({ publishAllPorts: UNKNOWN }) },
});
