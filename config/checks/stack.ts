import { quote, type Problem } from "../errors";
import { encryptedPlaceholder } from "../secret";
import type { Check } from "./check";

/** The stack's name can stand in Docker's names and labels, and its key is there and of full strength. */
export const checkStack: Check = ({ draft, raw, context }) => {
  const problems: Problem[] = [];
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(context.stack)) {
    problems.push({
      path: "(stack)",
      value: quote(context.stack),
      reason: "the stack's name cannot be a part of Docker's names",
      remedy: "use lower-case letters, digits and hyphens, at most 31, a letter first",
    });
  }
  const configured = raw.stackKey !== undefined;
  const key = configured ? draft.stackKey : context.stackKey;
  if (key === undefined) {
    // A key of another type than string has been reported by the schema.
    if (configured) return problems;
    problems.push({
      path: "stackKey",
      reason: "the stack has no key, neither here nor in its folder outside the checkout",
      remedy:
        "run `./strongroom init`, which makes one; for an old stack restore its stack.key from the backup",
    });
  } else if (key !== encryptedPlaceholder && !/^[0-9a-f]{64}$/.test(key)) {
    problems.push({
      path: "stackKey",
      reason: `${configured ? "must be" : "the stack's key file must hold"} 64 lower-case hex digits (256 bits)`,
      remedy: "for a new stack let `./strongroom init` make it; a changed key changes every derived secret",
    });
  }
  return problems;
};
