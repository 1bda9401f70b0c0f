import { networksOf } from "../support/networks";
import type { StackRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "net-db-segment",
  level: "mandatory",
  why: "What is reachable from outside must not reach the database: only the services speak to it.",
  remedy: "Keep the edge, and whatever else publishes ports, off the database's networks.",
  source: "OWASP Docker, rule 5",
  checkStack(stack) {
    const databases = new Set(
      stack
        .ofType(TYPES.container)
        .filter(({ role }) => role === "database")
        .flatMap((container) => networksOf(container, stack).networks),
    );
    stack.each(TYPES.container, (container) => {
      if (!["edge", "edge-front"].includes(container.role ?? "") && !container.outputs.has("ports")) return;
      if (networksOf(container, stack).networks.some((network) => databases.has(network))) {
        container.report("shares a network with the database and is reachable from outside");
      }
    });
  },
};
