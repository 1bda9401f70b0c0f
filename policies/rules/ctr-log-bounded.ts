import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-log-bounded",
  level: "advisory",
  why: "A log without a bound fills the disk, which stops the database; no log at all leaves nothing to look into.",
  remedy: 'Set `logDriver` to local, or to json-file with `logOpts` max-size, e.g. "10m".',
  source: "compose-lint CL-0014",
  types: [TYPES.container],
  check({ inputs, report }) {
    // The daemon's own default, unless it was changed on the host, where no one here can see it.
    const driver = inputs.text("logDriver") ?? "json-file";
    if (driver === "none") report("`logDriver` is none");
    if (driver !== "json-file") return;
    const size = inputs.fields("logOpts").text("max-size") ?? "-1";
    if (size.startsWith("-")) report("the log is a JSON file without `logOpts` max-size");
  },
};
