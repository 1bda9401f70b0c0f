import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-host-ns",
  level: "mandatory",
  why: "In another's namespace a container sees and signals processes, reads memory, or is root, where it should be alone.",
  remedy: "Leave the field out, so that the container gets a namespace of its own.",
  source: "CIS Docker 1.6, 5.16, 5.17, 5.25 and 5.31",
  types: [TYPES.container],
  check({ inputs, report }) {
    for (const key of ["pidMode", "ipcMode", "usernsMode", "cgroupnsMode"]) {
      const mode = inputs.text(key) ?? "";
      if (mode === "host" || mode === "shareable" || mode.startsWith("container:")) {
        report(`\`${key}\` is ${mode}`);
      }
    }
    if (inputs.has("cgroupParent"))
      report("`cgroupParent` is set, which can take the container out of its limits");
  },
};
