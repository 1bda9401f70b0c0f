import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * SHA-256 of a folder's files: their relative paths, whether they are executable, and their content; neither
 * times nor the folder's own place count, so two checkouts of the same commit agree.
 * @param keep Relative path (with `/`) of a file to its being counted; default: all.
 */
export function hashFolder(folder: string, keep: (path: string) => boolean = () => true): string {
  const hash = createHash("sha256");
  for (const path of filesBelow(folder).filter(keep)) {
    const full = join(folder, path);
    const executable = (statSync(full).mode & 0o100) !== 0;
    const content = createHash("sha256").update(readFileSync(full)).digest("hex");
    hash.update(`${JSON.stringify(path)} ${executable ? "x" : "-"} ${content}\n`);
  }
  return hash.digest("hex");
}

/** SHA-256 of values in their order; `["a", "b"]` and `["ab"]` differ. */
export function hashValues(values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex");
}

/** Relative paths of all files below a folder, sorted by code unit so that no locale changes the order. */
function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true })
    .flatMap((entry) => {
      const path = prefix ? `${prefix}/${entry.name}` : entry.name;
      return entry.isDirectory() ? filesBelow(folder, path) : [path];
    })
    .sort();
}
