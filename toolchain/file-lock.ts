import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processFate, processIdentity, type ProcessIdentity } from "../operations/process-identity";

/** How often a waiting process looks again, milliseconds. */
const pollMs = 500;

/**
 * Runs `work` while no other process on this machine holds the lock of this path. A lock whose process has ended
 * is taken over at once.
 * @param path Lock file; its folder is made.
 * @param onWait Called once when somebody else holds it, with that process's id.
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  onWait: (holder: number) => void = () => undefined,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(processIdentity()));
  try {
    for (let waited = false; !tryLink(mine, path); waited = true) {
      const holder = readHolder(path);
      if (holder && processFate(holder) !== "dead") {
        if (!waited) onWait(holder.pid);
        await sleep(pollMs);
      } else {
        discard(path, holder);
      }
    }
    try {
      return await work();
    } finally {
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** A hard link either appears whole, with its content, or fails because the name is taken. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead process's lock; if another waiter was faster and holds it by now, gives it back. */
function discard(path: string, dead: ProcessIdentity | undefined): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved && JSON.stringify(moved) !== JSON.stringify(dead)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
