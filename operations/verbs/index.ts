import { applyRoutes } from "./apply-routes";
import { cutover } from "./cutover";
import { migrate } from "./migrate";
import { provisionDatabase } from "./provision-database";
import { retire } from "./retire";
import { retireEdge } from "./retire-edge";
import type { z } from "zod";
import type { Phase } from "./verb";
import { writeFiles } from "./write-files";

/** Every verb that an action may name. */
export const verbs = {
  "apply-routes": applyRoutes,
  cutover,
  migrate,
  "provision-database": provisionDatabase,
  retire,
  "retire-edge": retireEdge,
  "write-files": writeFiles,
} satisfies Record<string, { input: z.ZodType; run(phase: Phase, input: never): Promise<void> }>;

export function isPhase(text: string): text is Phase {
  return text === "create" || text === "update" || text === "delete";
}
