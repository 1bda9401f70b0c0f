import type { ParseContext } from "../context";
import type { Draft } from "../draft";
import type { Problem } from "../errors";
import type { Profile } from "../profiles/profile";

/** What a check may look at. Parts that do not hold to the schema are missing from `draft`. */
export interface CheckInput {
  draft: Draft;
  /** The configuration as it was given, for what a draft no longer shows (was a key there at all?). */
  raw: Record<string, unknown>;
  profile?: Profile;
  context: ParseContext;
}

/** One rule that needs more than one field, or more than a form: returns what is wrong, throws nothing. */
export type Check = (input: CheckInput) => Problem[];
