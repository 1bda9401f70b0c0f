import { applyRoutes } from "./apply-routes";
import { provisionDatabase } from "./provision-database";
import { retire } from "./retire";
import type { Phase, Verb } from "./verb";
import { writeFiles } from "./write-files";

/** Every verb that an action may name. */
export const verbs = {
  "apply-routes": applyRoutes,
  "provision-database": provisionDatabase,
  retire,
  "write-files": writeFiles,
} satisfies Record<string, Verb<never>>;

export function isPhase(text: string): text is Phase {
  return text === "create" || text === "update" || text === "delete";
}
