import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Context, project, stateFolder } from "./context";

/** An update as the engine's history has it: of plain Pulumi's commands too, but for those that edit state. */
export interface PastUpdate {
  /** `update`, `destroy`, `refresh`, … */
  kind: string;
  result: string;
  /** Seconds since 1970, by the clock of the machine that made it. */
  endTime?: number;
  /** `pulumi.flag.NAME` for each flag that was given, among others. */
  environment?: Record<string, string>;
  config?: Record<string, unknown>;
}

/**
 * The stack's history from the files of the file backend, the newest first, each read when it is asked for. One that a
 * crash left empty or torn is passed over.
 * @returns undefined for another backend
 */
export function pastUpdates(
  context: Pick<Context, "stack" | "backendUrl">,
): Iterable<PastUpdate> | undefined {
  const backend = stateFolder(context);
  return backend === undefined
    ? undefined
    : read(join(backend, ".pulumi", "history", project, context.stack));
}

function* read(folder: string): Generator<PastUpdate> {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".history.json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  // Their names end with their time.
  for (const name of names.sort().reverse()) {
    const update = parse(readFileSync(join(folder, name), "utf8"));
    if (update) yield update;
  }
}

function parse(text: string): PastUpdate | undefined {
  try {
    const entry = JSON.parse(text) as Partial<PastUpdate> | null;
    const whole = typeof entry?.kind === "string" && typeof entry.result === "string";
    return whole ? (entry as PastUpdate) : undefined;
  } catch {
    return undefined;
  }
}

/** When the last update ended that succeeded, milliseconds since 1970; undefined when nobody can say. */
export function lastSuccess(context: Pick<Context, "stack" | "backendUrl">): number | undefined {
  for (const { kind, result, endTime } of pastUpdates(context) ?? [])
    if (kind === "update" && result === "succeeded" && endTime !== undefined) return endTime * 1000;
  return undefined;
}
