import type { Node, Stack } from "./stack";
import { TYPES } from "./types";

/** The networks that a container joins, and the fields that name one which the program does not declare. */
export interface Joined {
  networks: Node[];
  foreign: string[];
}

/**
 * Networks of a container. While names are not known yet, every network that they come from counts as joined, and
 * more unknown names than such networks are foreign ones.
 */
export function networksOf(container: Node, stack: Stack): Joined {
  const networks = new Set<Node>();
  const foreign: string[] = [];
  let unnamed = 0;
  container.outputs.each("networksAdvanced", (entry) => {
    const found = stack.referred(container, "networksAdvanced", entry, "name", TYPES.network);
    for (const network of found) networks.add(network);
    const needed = entry.isUnknown("name") ? (unnamed += 1) : 1;
    if (found.length < needed) foreign.push(entry.pathOf("name"));
  });
  return { networks: [...networks], foreign };
}
