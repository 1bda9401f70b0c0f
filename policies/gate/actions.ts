import type { Side } from "./update";
import { text } from "./values";

const LINE = /^(?:exec )?operations\/run ([a-z][a-z-]*) (create|update|delete)$/;

/** Phase in which the engine runs an action. */
export type ActionPhase = "create" | "update" | "delete";

/**
 * The verb that an action runs in a phase: undefined for none, `foreign` for a command that is no verb.
 * @throws Unjudgeable when the command line is secret or unknown
 */
export function commandOf(side: Side | undefined, phase: ActionPhase): string | undefined {
  const line = side ? text(side.inputs, phase) : "";
  if (line === "" || line === ":") return undefined;
  const [, verb, ran] = LINE.exec(line) ?? [];
  return verb !== undefined && ran === phase ? verb : "foreign";
}
