import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as exceptions from "./gate/exceptions";

/**
 * Who answers for what the pack finds, by rule and URN, as policies/exceptions.yaml says now.
 * @returns nothing where the file has no exceptions, or is not in order: what it is for is refused then
 */
export function exceptedRules(): Map<string, Map<string, string>> {
  let text: string;
  try {
    text = readFileSync(join(__dirname, "exceptions.yaml"), "utf8");
  } catch {
    return new Map();
  }
  if (!/\brule\b/.test(text.replace(/^\s*#.*$/gm, ""))) return new Map();
  // Its reader takes longer to load than the pack has to start, and most checkouts have no exceptions.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a relative import() is resolved by Node itself
  const { answersIn } = require("./gate/exceptions") as typeof exceptions;
  return answersIn(text, new Date());
}
