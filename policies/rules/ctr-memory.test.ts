import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-memory";

cases(rule, {
  pass: { "512 MiB": container({ memory: 512 }), "1 MiB": container({ memory: 1 }) },
  fail: { "left out": container(), 0: container({ memory: 0 }), "no limit": container({ memory: -1 }) },
  unknown: { memory: container({ memory: UNKNOWN }) },
});
