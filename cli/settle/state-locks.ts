import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Context, project, stateFolder } from "../context";
import { judgeLock, type LockProcess, type StateLock } from "./decisions";

/** Locks of the stack in the file backend; none in other backends, which only the engine can ask. */
export function readStateLocks(context: Context): StateLock[] {
  const folder = stateFolder(context);
  if (folder === undefined) return [];
  const locks = join(folder, ".pulumi", "locks", "organization", project, context.stack);
  return listJson(locks).flatMap((path) => {
    try {
      return [{ ...(JSON.parse(readFileSync(path, "utf8")) as Omit<StateLock, "path">), path }];
    } catch {
      // It was given back, or is just being written: the engine looks again for itself.
      return [];
    }
  });
}

/** Whether a lock's process is gone, so that the lock may be removed. */
export function isStale(lock: StateLock): boolean {
  return judgeLock(lock, hostname(), findProcess(lock.pid)) === "remove";
}

/** "process 12 of root on host, since …" */
export function describeLock({ pid, username, hostname, timestamp }: StateLock): string {
  return `process ${pid} of ${username} on ${hostname}, since ${timestamp}`;
}

function listJson(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Kernel ticks in a second as /proc shows times; 100 on every Linux architecture (USER_HZ). */
const ticksPerSecond = 100;

function findProcess(pid: number): LockProcess {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return "gone";
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // After the name in parentheses: field 3, the state, is the first; field 22, the start, the twentieth.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return "gone";
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    return { startedAt: (boot + Number(fields[19]) / ticksPerSecond) * 1000 };
  } catch {
    return {};
  }
}
