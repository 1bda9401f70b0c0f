import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "ctr-propagation",
  level: "mandatory",
  why: "With shared propagation what the container mounts appears on the host.",
  remedy: "Leave `bindOptions.propagation` out; private is Docker's default.",
  source: "CIS Docker 1.6, 5.20",
  types: [TYPES.container],
  check({ inputs, report }) {
    inputs.each("mounts", (mount) => {
      const options = mount.fields("bindOptions");
      const propagation = options.text("propagation") ?? "";
      if (["shared", "rshared"].includes(propagation))
        report(`\`${options.pathOf("propagation")}\` is ${propagation}`);
    });
  },
};
