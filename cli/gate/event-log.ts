import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context } from "../context";

/** Memory rather than a disk, where there is such a place: the engine's debug texts in the log hold plain secrets. */
const MEMORY = "/dev/shm";

/** What a killed run left is removed once no preview can still be writing to it, milliseconds. */
const STALE_AFTER = 3_600_000;

/** The engine's record of a run: for this user only, and gone with the run. Nothing of it is ever printed. */
export class EventLog {
  private constructor(private readonly folder: string) {}

  static create({ stack }: Pick<Context, "stack">): EventLog {
    const parent = existsSync(MEMORY) ? MEMORY : tmpdir();
    const prefix = `strongroom-events-${stack}-`;
    for (const name of readdirSync(parent).filter((each) => each.startsWith(prefix))) {
      removeIfStale(join(parent, name));
    }
    // mkdtemp makes it with mode 0700; the engine keeps the mode of a file that is there.
    const log = new EventLog(mkdtempSync(join(parent, prefix)));
    closeSync(openSync(log.path, "wx", 0o600));
    return log;
  }

  get path(): string {
    return join(this.folder, "events.jsonl");
  }

  /** Flags and environment by which the engine writes it; the flag exists with this variable only. */
  get flags(): string[] {
    return ["--event-log", this.path];
  }

  readonly environment = { PULUMI_DEBUG_COMMANDS: "true" };

  /** Its text; afterwards it is gone. */
  take(): string {
    try {
      return readFileSync(this.path, "utf8");
    } finally {
      this.remove();
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function removeIfStale(folder: string): void {
  try {
    if (Date.now() - statSync(folder).mtimeMs > STALE_AFTER) rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another user's, or just removed by its own run.
  }
}
