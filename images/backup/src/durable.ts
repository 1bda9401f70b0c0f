import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Ending of a file that is not whole yet. */
export const PARTIAL = ".partial";

/** Puts a file of mode 0600 in place in one step, once all of it is on disk. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  writeFileSync(`${path}${PARTIAL}`, content, { mode: 0o600 });
  sync(`${path}${PARTIAL}`);
  renameSync(`${path}${PARTIAL}`, path);
  sync(dirname(path));
}

/** Returns once a file's content, or a folder's names, are on disk. */
export function sync(path: string): void {
  const handle = openSync(path, "r");
  fsyncSync(handle);
  closeSync(handle);
}
