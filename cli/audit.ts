import { appendFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Context } from "./context";

/**
 * Adds an entry to the stack's audit.jsonl: when, what, who, on which stack. To be made before the thing itself: an
 * entry too many is better than a deed that nobody knows of.
 * @param details further members; never a secret
 */
export function appendAudit(
  { stackDir, stack }: Pick<Context, "stackDir" | "stack">,
  event: string,
  details: Record<string, unknown> = {},
): void {
  const entry = { time: new Date().toISOString(), event, user: userName(), stack, ...details };
  appendFileSync(join(stackDir, "audit.jsonl"), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
}

/** The person, not root, when sudo was used. */
function userName(): string {
  return process.env.SUDO_USER || userInfo().username;
}
