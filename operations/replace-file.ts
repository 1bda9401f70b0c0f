import { renameSync, writeFileSync } from "node:fs";

/**
 * Writes a file in one step: whoever reads it meanwhile, and whoever reads it after a crash of this program, sees the
 * old text or the new one, whole.
 * @param mode of a file that is made; one that is there is replaced, its mode too
 */
export function replaceFile(file: string, text: string, mode: number): void {
  // Two programs may write at once; and the name ends as nothing does that a folder is searched for.
  const unfinished = `${file}.${process.pid}.new`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, file);
}
