import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-nproc";

cases(rule, {
  pass: {
    limited: container({
      ulimits: [
        { name: "nofile", hard: 1024 },
        { name: "nproc", soft: 1, hard: 1 },
      ],
    }),
  },
  fail: {
    "left out": container(),
    "another limit": container({ ulimits: [{ name: "nofile", hard: 512 }] }),
    0: container({ ulimits: [{ name: "nproc", hard: 0 }] }),
    "no number": container({ ulimits: [{ name: "nproc" }] }),
    "no limit": container({ ulimits: [{ name: "nproc", hard: -1 }] }),
  },
  unknown: { number: container({ ulimits: [{ name: "nproc", hard: UNKNOWN }] }) },
});
