import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Which process on which machine: enough to say later, on that machine, whether it still lives. */
export interface ProcessIdentity {
  /** Host name and boot id: a process id means nothing on another machine or after a reboot. */
  host: string;
  pid: number;
  /** Start time of the process in the kernel's ticks; a process id is used again, this is not. */
  started: string;
}

export function machineIdentity(): string {
  return `${hostname()}/${readOr("/proc/sys/kernel/random/boot_id", "unknown")}`;
}

export function processIdentity(pid = process.pid): ProcessIdentity {
  return { host: machineIdentity(), pid, started: startTicks(pid) ?? "unknown" };
}

/**
 * Whether a process still runs: `unknown` for one on another machine, where nothing can be said from here.
 */
export function processFate(identity: ProcessIdentity): "alive" | "dead" | "unknown" {
  if (identity.host !== machineIdentity()) {
    // The same machine after a reboot: none of its processes is left.
    const [name, boot] = identity.host.split("/");
    const [here, bootHere] = machineIdentity().split("/");
    return name === here && boot !== bootHere && boot !== "unknown" ? "dead" : "unknown";
  }
  const started = startTicks(identity.pid);
  if (started === ENDED) return "dead";
  if (started !== undefined) {
    return identity.started === "unknown" || started === identity.started ? "alive" : "dead";
  }
  try {
    process.kill(identity.pid, 0);
    return "alive";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? "alive" : "dead";
  }
}

/** Of a process that has ended and that its parent has not asked for yet: the kernel still takes signals for it. */
const ENDED = "ended";

/** Field 22 of /proc/PID/stat; undefined where there is no such process or no /proc. */
function startTicks(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`, "");
  if (!stat) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? ENDED : fields[19];
}

function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return fallback;
  }
}
