import { checks } from "./checks";
import type { ParseContext } from "./context";
import { readDraft } from "./draft";
import { ConfigError, type Problem } from "./errors";
import { profiles } from "./profiles";
import { resolveStack } from "./resolve/stack";
import type { StackInput } from "./schema";
import type { Settings } from "./settings";

/**
 * The stack's settings from its configuration, checked and complete. Reads nothing but what it is given.
 * @param raw The configuration by key, without the namespace `strongroom:`.
 * @throws ConfigError with every problem at once, and nothing else.
 */
export function parseSettings(raw: Record<string, unknown>, context: ParseContext): Settings {
  const { draft, problems } = readDraft(raw);
  const profile = draft.product === undefined ? undefined : profiles[draft.product];
  const found: Problem[] = [
    ...problems,
    ...checks.flatMap((check) => check({ draft, raw, profile, context })),
  ];
  const stackKey = draft.stackKey ?? context.stackKey;
  if (found.length > 0) throw new ConfigError(context.stack, found);
  // The schema and `checks/stack.ts` have reported it if one of the two is missing.
  return resolveStack(draft as StackInput, profile!, context, stackKey!);
}
