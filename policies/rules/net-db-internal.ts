import { networksOf } from "../support/networks";
import type { StackRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "net-db-internal",
  level: "mandatory",
  why: "A database that reaches the internet can send away what it holds.",
  remedy: "Put the database on networks with `internal` true only.",
  source: "OWASP Docker, rule 5",
  checkStack(stack) {
    stack.each(TYPES.container, (container) => {
      if (container.role !== "database") return;
      const { networks } = networksOf(container, stack);
      if (networks.length === 0) container.report("the database is on no network that the program declares");
      for (const network of networks) {
        if (!network.outputs.flag("internal"))
          container.report(`the database is on a network that is not internal: ${nameOf(network.urn)}`);
      }
    });
  },
};

function nameOf(urn: string): string {
  return urn.split("::").at(-1)!;
}
