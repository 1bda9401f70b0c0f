import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

/** Bridge options that let others reach a container's ports without their being published. */
const OPEN_MODES = ["routed", "nat-unprotected"];

export const rule: ResourceRule<{ drivers: readonly string[] }> = {
  id: "net-driver",
  level: "mandatory",
  why: "On a network that is not a closed bridge a container is reachable on all its ports, published or not.",
  remedy:
    "Leave `driver` out or set it to bridge, without a gateway mode; another driver is listed in policies/site.json.",
  source: "strongroom; CIS Docker 1.6, 5.8",
  types: [TYPES.network],
  settings: {
    defaults: { drivers: ["bridge"] },
    schema: {
      drivers: { type: "array", items: { type: "string" }, description: "Network drivers that may be used" },
    },
  },
  check({ inputs, report }, { drivers }) {
    const driver = inputs.text("driver") ?? "bridge";
    if (!drivers.includes(driver)) report(`\`driver\` is ${driver}`);
    inputs.entries("options", (name, value, path) => {
      if (name.startsWith("com.docker.network.bridge.gateway_mode") && OPEN_MODES.includes(value)) {
        report(`\`${path}\` is ${value}`);
      }
    });
  },
};
