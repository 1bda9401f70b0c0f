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
  const folder = historyFolder(context);
  return folder === undefined ? undefined : read(folder);
}

function historyFolder(context: Pick<Context, "stack" | "backendUrl">): string | undefined {
  const backend = stateFolder(context);
  return backend && join(backend, ".pulumi", "history", project, context.stack);
}

function* read(folder: string): Generator<PastUpdate> {
  for (const file of newestFirst(folder, ".history.json")) {
    const update = parse(readFileSync(file, "utf8"));
    if (update) yield update;
  }
}

function newestFirst(folder: string, ending: string): string[] {
  try {
    // Their names end with their time.
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    return names
      .sort()
      .reverse()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
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

/**
 * Which of these ids the stack's state had at the end of an earlier update: the file backend keeps it for each, also
 * for those that failed. A run that was killed has no such end.
 * @param ids Docker's ids of containers, whole
 * @returns undefined for another backend
 */
export function knownOnce(
  context: Pick<Context, "stack" | "backendUrl">,
  ids: string[],
): Set<string> | undefined {
  const folder = historyFolder(context);
  if (folder === undefined) return undefined;
  const known = new Set<string>();
  for (const file of newestFirst(folder, ".checkpoint.json")) {
    // No parsing: a state can be long, a torn one counts too, and nothing else has 64 digits by chance.
    const state = readFileSync(file, "utf8");
    for (const id of ids) if (state.includes(id)) known.add(id);
    if (known.size === ids.length) break;
  }
  return known;
}

/** When the last of these updates ended that succeeded, milliseconds since 1970; undefined without one. */
export function lastSuccess(newestFirst: Iterable<PastUpdate>): number | undefined {
  for (const { kind, result, endTime } of newestFirst)
    if (kind === "update" && result === "succeeded" && endTime !== undefined) return endTime * 1000;
  return undefined;
}
