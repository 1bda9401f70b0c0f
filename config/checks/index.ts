import type { Check } from "./check";

/** Every check across fields. Their order does not matter: problems are sorted by path. */
export const checks: readonly Check[] = [];
