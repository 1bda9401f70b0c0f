import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../operations/replace-file";
import { type ProcessIdentity, processIdentity } from "../operations/process-identity";
import type { Context } from "./context";
import { refusal } from "./exit";

/** The run of a command that changes the stack, as `run.json` in the stack's folder holds it. */
export interface RunRecord extends ProcessIdentity {
  command: string;
  /** All processes of the run carry it as STRONGROOM_RUN. */
  token: string;
  /** ISO 8601. */
  startedAt: string;
  /** The engine, once it runs; its process id is its process group's too. */
  engine?: ProcessIdentity;
}

export function recordFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "run.json");
}

/** The record of a run that is at work, or that never came to its end. */
export function readRunRecord(context: Pick<Context, "stackDir">): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(context), "utf8")) as RunRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** This process's own run: at most one changes a stack from this machine at a time. */
export class Run {
  private constructor(
    private readonly context: Pick<Context, "stackDir">,
    private record: RunRecord,
  ) {}

  /**
   * Begins a run. A record that is there must have been settled and removed before.
   * @throws CliError when another run began in the meantime
   */
  static begin(context: Pick<Context, "stackDir">, command: string): Run {
    const record: RunRecord = {
      ...processIdentity(),
      command,
      token: randomUUID(),
      startedAt: new Date().toISOString(),
    };
    mkdirSync(context.stackDir, { recursive: true, mode: 0o700 });
    // A link is made whole or not at all, and never over an existing file.
    const draft = `${recordFile(context)}.${record.token}`;
    writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
    try {
      linkSync(draft, recordFile(context));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      throw refusal("another run of this stack has just begun; wait for it");
    } finally {
      rmSync(draft, { force: true });
    }
    return new Run(context, record);
  }

  get token(): string {
    return this.record.token;
  }

  /** Notes the engine's process, so that it can be ended if this one dies. */
  engineStarted(pid: number): void {
    this.record = { ...this.record, engine: processIdentity(pid) };
    // Torn by a crash it would be no record of it.
    replaceFile(recordFile(this.context), JSON.stringify(this.record), 0o600);
  }

  /** Ends the run: nothing of it is left to settle. */
  end(): void {
    if (readRunRecord(this.context)?.token === this.token) rmSync(recordFile(this.context), { force: true });
  }
}
