import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule = {
  id: "net-host-mode",
  level: "mandatory",
  why: "In the network of the host or of another container a process reaches what listens on loopback only, and nothing that is published or internal means anything.",
  remedy: "Leave `networkMode` out and name a network of the stack in `networksAdvanced`.",
  source: "CIS Docker 1.6, 5.10",
  types: [TYPES.container],
  check({ inputs, report }) {
    const mode = inputs.text("networkMode") ?? "";
    if (mode === "host" || mode.startsWith("container:")) report(`\`networkMode\` is ${mode}`);
    inputs.each("networksAdvanced", (network) => {
      // Another resource's name is never `host`, which Docker makes itself; net-managed judges what it is.
      if (!network.isUnknown("name") && network.text("name") === "host") {
        report(`\`${network.pathOf("name")}\` is host`);
      }
    });
  },
};
