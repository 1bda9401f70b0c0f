import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../operations/replace-file";
import type { Context } from "../context";

/** How a rehearsal went, as `rehearsals.json` in the stack's folder holds it; lengths in seconds. */
export interface RehearsalRecord {
  /** Literal reference of the image that migrates. */
  image: string;
  version: string;
  /** ISO 8601. */
  endedAt: string;
  /** What failed, without secrets; none for a rehearsal that succeeded. */
  failure?: string;
  databaseBytes?: number;
  copySeconds?: number;
  /** `done`: there was nothing to migrate. */
  migration?: "job" | "done" | "on-start";
  migrationSeconds?: number;
  /** By service, from its start until it was healthy. */
  readySeconds?: Record<string, number>;
}

/** Rehearsals that are kept: the newest of each image, of so many images. */
const KEPT = 20;

function recordsFile({ stackDir }: Pick<Context, "stackDir">): string {
  return join(stackDir, "rehearsals.json");
}

/** The newest rehearsal of each image, newest first; what cannot be read counts as none: it is for people alone. */
export function readRehearsals(context: Pick<Context, "stackDir">): RehearsalRecord[] {
  try {
    const found = JSON.parse(readFileSync(recordsFile(context), "utf8")) as RehearsalRecord[];
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Keeps a rehearsal in the place of an earlier one of the same image. */
export function keepRehearsal(context: Pick<Context, "stackDir">, record: RehearsalRecord): void {
  const others = readRehearsals(context).filter(({ image }) => image !== record.image);
  mkdirSync(context.stackDir, { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify([record, ...others].slice(0, KEPT), undefined, 2)}\n`;
  replaceFile(recordsFile(context), text, 0o600);
}
