import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-tmpfs-flags",
  level: "advisory",
  why: "A writable place from which programs can be run is the first thing an intruder looks for.",
  remedy: "Leave the option out: noexec, nosuid and nodev are what Docker mounts a tmpfs with.",
  source: "compose-lint CL-0022",
  types: [TYPES.container],
  check({ inputs, report }) {
    inputs.entries("tmpfs", (path, options) => {
      for (const option of options.split(",").map((text) => text.trim())) {
        if (["exec", "suid", "dev"].includes(option))
          report(`the tmpfs on ${path} is mounted with ${option}`);
      }
    });
  },
};
