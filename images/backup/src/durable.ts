import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Ending of a file that is not whole yet. */
export const PARTIAL = ".partial";

/** Mode of what the shipper may read too, by its group: ciphertext and receipts. */
export const SHIPPED_MODE = 0o640;

/** Makes a folder of such files; those in one that is there are shared too. */
export function shareFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o750);
  for (const name of readdirSync(path)) chmodSync(join(path, name), SHIPPED_MODE);
}

/** Puts a file in place in one step, once all of it is on disk. @param mode its owner's alone by default */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): void {
  writeFileSync(`${path}${PARTIAL}`, content, { mode });
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
