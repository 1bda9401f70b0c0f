import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Context, stateFolder } from "../context";

/**
 * Removes what a killed engine left half-written beside its files. The file backend replaces a file in one step,
 * but not the `.attrs` file that describes it, and with a torn one the engine reads nothing any more ("failed to
 * load checkpoint: EOF"). A file without one is read as it is.
 * @returns the files that were removed
 */
export function removeTornAttributes(context: Pick<Context, "stack" | "backendUrl">): string[] {
  const state = stateFolder(context);
  const folder = state && join(state, ".pulumi");
  if (!folder || !existsSync(folder)) return [];
  const torn = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".attrs"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => belongsTo(context.stack, file.slice(folder.length + 1)) && isTorn(file));
  for (const file of torn) rmSync(file, { force: true });
  return torn;
}

/** The stack's own files, and those of the whole backend. */
function belongsTo(stack: string, path: string): boolean {
  const parts = path.split("/");
  return parts.length === 1 || parts.some((part) => part === stack || part.startsWith(`${stack}.json`));
}

function isTorn(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return false;
  } catch {
    return true;
  }
}
