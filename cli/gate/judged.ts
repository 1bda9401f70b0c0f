import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isAnswered } from "../../config/resolve/names";
import { Secret } from "../../config/secret";
import type { Settings } from "../../config/settings";
import type { Toolchain } from "../../toolchain";
import type { Context } from "../context";
import { loadState } from "../settle/state-edit";
import { stateFile } from "../state";

/** Everything of the checkout that decides what the engine does; documents and tests do not. */
const SOURCES = [
  "Pulumi.yaml",
  "index.ts",
  "program.cjs",
  "package-lock.json",
  "components",
  "config",
  "operations",
  "policies",
  "toolchain",
];

/** What a judgement is about, as digests by what people call it. */
export type Judged = Record<"configuration" | "state" | "program", string>;

/**
 * Digests of all that an update follows from on this machine: the stack's configuration as it is written, with what
 * it was resolved to, the state, and the program with its operations and policies. Taken before a preview and again
 * before the update, equal ones mean that the engine is given the same. What the Docker hosts have is not in it.
 * @param resolved a canonical text of what the configuration resolves to; without secrets
 */
export async function digestJudged(
  context: Context,
  toolchain: Toolchain,
  resolved: string,
): Promise<Judged> {
  const file = stateFile(context);
  const state = file === undefined ? JSON.stringify(await loadState(context, toolchain)) : read(file);
  return {
    configuration: hash(read(context.configFile), read(join(context.stackDir, "images.json")), resolved),
    state: hash(state),
    program: hash(...SOURCES.flatMap((path) => sources(join(context.checkout, path)))),
  };
}

/**
 * What a configuration resolves to, with every secret by its keyed fingerprint.
 * @param now by which the names that services had before are answered or not
 */
export function resolvedText(settings: Settings, now: Date): string {
  const answered = Object.values(settings.services).flatMap(({ previous }) =>
    previous.filter((each) => isAnswered(each, now)).map(({ name }) => name),
  );
  return JSON.stringify(
    { settings, answered },
    function (this: Record<string, unknown>, key, value: unknown) {
      const original = this[key];
      return original instanceof Secret ? original.fingerprint : value;
    },
  );
}

/** What differs between two judgements' subjects; empty when nothing does. */
export function movedBetween(before: Judged, after: Judged): string[] {
  return (Object.keys(before) as (keyof Judged)[]).filter((name) => before[name] !== after[name]);
}

/** Path and content of every file, in a fixed order. */
function sources(path: string): (string | Buffer)[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path, read(path)];
  return readdirSync(path)
    .sort()
    .filter((name) => !name.endsWith(".test.ts") && name !== "node_modules")
    .flatMap((name) => sources(join(path, name)));
}

/** A file's content; of one that is not there, nothing. */
function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

function hash(...parts: (string | Buffer)[]): string {
  const sum = createHash("sha256");
  // Lengths keep two neighbours from being shifted into each other.
  for (const part of parts) sum.update(`${Buffer.byteLength(part)}:`).update(part);
  return sum.digest("hex");
}
