import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processFate } from "../operations/process-identity";
import type { RunRecord } from "./run-record";

/** How long processes of a dead run may take to end after SIGTERM, in milliseconds. */
const graceMs = 5000;
const pollMs = 100;

/**
 * Ends what a dead run left running: the engine with its process group and, where there is /proc, every
 * process that carries the run's token (actions and Docker clients have groups of their own).
 * @returns how many processes were there
 */
export async function endRun(record: RunRecord): Promise<number> {
  const left = () => [...new Set([...tokenHolders(record.token), ...engineGroup(record)])];
  const found = left();
  signal(found, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (left().length > 0 && Date.now() < deadline) await sleep(pollMs);
  signal(left(), "SIGKILL");
  while (left().length > 0 && Date.now() < deadline + graceMs) await sleep(pollMs);
  return found.length;
}

/** Process ids whose environment has STRONGROOM_RUN=<token>; none where there is no /proc. */
function tokenHolders(token: string): number[] {
  const wanted = `STRONGROOM_RUN=${token}`;
  return processIds().filter(
    (pid) => pid !== process.pid && read(`/proc/${pid}/environ`).split("\0").includes(wanted),
  );
}

/** The engine's process group as a negative id, while the engine itself is the process that was recorded. */
function engineGroup({ engine }: RunRecord): number[] {
  return engine && processFate(engine) === "alive" ? [-engine.pid] : [];
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended in the meantime.
    }
  }
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
