import { addressRange } from "../support/address";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: ResourceRule<{ everywhere: readonly string[] }> = {
  id: "net-bind-ip",
  level: "mandatory",
  why: "A port that is bound to every address is also bound to those of networks that are added later, and to IPv6.",
  remedy: "Set `ip` to the one address that is meant, 127.0.0.1 for this machine only.",
  source: "CIS Docker 1.6, 5.14",
  types: [TYPES.container],
  settings: {
    // The front of a public product is meant to be reached on every address; its config names them outright.
    defaults: { everywhere: ["edge-front"] },
    schema: {
      everywhere: {
        type: "array",
        items: { type: "string" },
        description: "Roles that may bind every address, by 0.0.0.0 or ::",
      },
    },
  },
  check({ inputs, role, report }, { everywhere }) {
    inputs.each("ports", (port) => {
      const range = addressRange(port.text("ip") ?? "");
      const field = `\`${port.pathOf("ip")}\``;
      if (range === undefined) report(`${field} is not an address, so Docker binds every one, IPv6 included`);
      else if (range === "unspecified" && !everywhere.includes(role ?? ""))
        report(`${field} is every address`);
    });
  },
};
