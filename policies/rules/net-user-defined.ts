import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Docker's own networks, on which every container without a network of its own is. */
const BUILT_IN = ["bridge", "default"];

export const rule: ResourceRule = {
  id: "net-user-defined",
  level: "mandatory",
  why: "On Docker's default bridge every container reaches every other.",
  remedy: "Name a network of the stack in `networksAdvanced`.",
  source: "CIS Docker 1.6, 5.30",
  types: [TYPES.container],
  check({ inputs, report }) {
    let joined = inputs.text("networkMode") === "none";
    inputs.each("networksAdvanced", (network) => {
      joined = true;
      // Another resource's name is none of Docker's own; net-managed judges what it is.
      if (network.isUnknown("name")) return;
      const name = network.text("name") ?? "";
      if (BUILT_IN.includes(name)) report(`\`${network.pathOf("name")}\` is Docker's own network ${name}`);
    });
    if (!joined)
      report("`networksAdvanced` names no network, so the container is on Docker's default bridge");
  },
};
