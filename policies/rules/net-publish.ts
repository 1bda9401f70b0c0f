import { isLoopback } from "../support/address";
import type { ResourceRule } from "../support/rule";
import { TYPES } from "../support/types";

interface Publishing {
  entryPorts: readonly number[];
  hostPorts: readonly number[];
}

export const rule: ResourceRule<Publishing> = {
  id: "net-publish",
  level: "mandatory",
  why: "Whatever is published can be attacked; Docker opens it past the host's own firewall.",
  remedy:
    "Leave `ports` out: services are reached through the edge's front, which alone publishes, on the ports in policies/site.json.",
  source: "CIS Docker 1.6, 5.8 and 5.9",
  types: [TYPES.container],
  settings: {
    defaults: { entryPorts: [8080, 8443], hostPorts: [80, 443] },
    schema: {
      entryPorts: {
        type: "array",
        items: { type: "integer" },
        description: "Ports inside the front that may be published; its internal entry point is none of them",
      },
      hostPorts: {
        type: "array",
        items: { type: "integer" },
        description: "Ports of the host that the front may publish on; on loopback any",
      },
    },
  },
  check({ inputs, role, report }, { entryPorts, hostPorts }) {
    inputs.each("ports", (port, path) => {
      if (role !== "edge-front") {
        report(
          `\`${path}\` publishes a port of ${role ? `a container with role ${role}` : "a container without a role"}`,
        );
        return;
      }
      const internal = port.number("internal");
      if (internal === undefined || !entryPorts.includes(internal)) {
        report(`\`${path}\` publishes a port that is no entry point of the front: ${internal}`);
      }
      if ((port.text("protocol") ?? "tcp") !== "tcp")
        report(`\`${path}\` publishes another protocol than TCP`);
      const external = port.number("external");
      if (external === undefined) report(`\`${path}\` leaves the host's port to chance`);
      else if (!isLoopback(port.text("ip") ?? "") && !hostPorts.includes(external)) {
        report(`\`${path}\` publishes on port ${external} of the host, which is not on the list`);
      }
    });
  },
};
