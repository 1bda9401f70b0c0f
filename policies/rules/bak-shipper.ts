import { networksOf } from "../support/networks";
import type { StackRule } from "../support/rule";
import type { Node, Stack } from "../support/stack";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "bak-shipper",
  level: "mandatory",
  why: "What sends backups off the host reaches the outside: from a network with others on it, or with a right to write, whoever takes it over has the stack or its backups.",
  remedy: "Leave the shipper on its own network alone, and mount the backups' volume with `readOnly` true.",
  source: "strongroom",
  checkStack(stack) {
    const containers = stack.ofType(TYPES.container);
    stack.each(TYPES.container, (container) => {
      if (container.role !== "shipper") return;
      const own = new Set(networksOf(container, stack).networks);
      if (writesBackups(container, stack)) container.report("mounts the backups' volume, and not read-only");
      for (const other of containers) {
        if (other !== container && networksOf(other, stack).networks.some((network) => own.has(network)))
          other.report("is on the network by which backups leave the host");
      }
    });
  },
};

function writesBackups(container: Node, stack: Stack): boolean {
  let writes = false;
  container.outputs.each("mounts", (mount) => {
    const volumes = stack.referred(container, "mounts", mount, "source", TYPES.volume);
    if (volumes.some(({ role }) => role === "backup-data") && !mount.flag("readOnly")) writes = true;
  });
  return writes;
}
