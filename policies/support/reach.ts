import { isLoopback } from "./address";
import type { Stack } from "./stack";
import { TYPES } from "./types";

/**
 * Whether only the machine that it runs on can reach the stack: its front publishes on loopback addresses alone. Such
 * a stack is for trying. A front whose addresses are not known is reported, and the stack counts as reachable.
 */
export function isLocal(stack: Stack): boolean {
  const addresses: string[] = [];
  stack.each(TYPES.container, (container) => {
    if (container.role !== "edge-front") return;
    // Docker binds every address where none is named.
    container.outputs.each("ports", (port) => addresses.push(port.text("ip") ?? ""));
  });
  return addresses.length > 0 && addresses.every(isLoopback);
}
