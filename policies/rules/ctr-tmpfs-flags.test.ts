import { cases, container, UNKNOWN } from "../testing/cases";
import { rule } from "./ctr-tmpfs-flags";

cases(rule, {
  pass: {
    "no tmpfs": container(),
    "Docker's own flags": container({ tmpfs: { "/tmp": "" } }),
    "the flags written out": container({ tmpfs: { "/tmp": "rw,noexec,nosuid,nodev,size=64m" } }),
  },
  fail: {
    exec: [container({ tmpfs: { "/tmp": "rw,exec" } }), "the tmpfs on /tmp is mounted with exec"],
    suid: container({ tmpfs: { "/tmp": "suid,noexec" } }),
    dev: container({ tmpfs: { "/tmp": "noexec, dev" } }),
    "the second": [container({ tmpfs: { "/tmp": "", "/run": "exec" } }), "/run"],
  },
  unknown: { options: container({ tmpfs: { "/tmp": UNKNOWN } }), all: container({ tmpfs: UNKNOWN }) },
});
