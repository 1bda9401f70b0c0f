import { networksOf } from "../support/networks";
import type { StackRule } from "../support/rule";
import { TYPES } from "../support/types";

export const rule: StackRule = {
  id: "net-managed",
  level: "mandatory",
  why: "Who else is on a network that the program does not declare, and whether it leads outside, nobody here can say.",
  remedy: "Declare the network in the program, and give its `name`.",
  source: "strongroom",
  checkStack(stack) {
    stack.each(TYPES.container, (container) => {
      for (const field of networksOf(container, stack).foreign) {
        container.report(`\`${field}\` names a network that the program does not declare`);
      }
    });
  },
};
