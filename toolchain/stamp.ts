import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../operations/replace-file";
import { hashValues } from "./content-hash";
import type { Toolchain } from "./index";
import { hashPart, type Part } from "./parts";
import { cacheDirectory, homeDirectory } from "./paths";
import type { Plugin } from "./plugins";

/** What the toolchain depends on. */
export interface StampInputs {
  parts: Part[];
  plugins: Plugin[];
  choice: string | undefined;
  /** Identity of the engine on PATH. */
  engine: string | undefined;
}

interface Stamp {
  key: string;
  /** Files that must still be there. */
  files: string[];
  toolchain: Toolchain;
}

/** Key under which a prepared toolchain stays valid: the same inputs give the same key in every checkout. */
export function stampKey({ parts, plugins, choice, engine }: StampInputs): string {
  const hashes = parts.filter(({ name }) => name !== "traefik").map((part) => [part.name, hashPart(part)]);
  return hashValues([hashes, plugins, choice ?? null, engine ?? null, cacheDirectory(), process.arch]);
}

function stampFile(): string {
  return join(homeDirectory(), "toolchain.json");
}

/** The toolchain that was prepared for this key, if nothing of it has gone since. */
export function readStamp(key: string, file = stampFile()): Toolchain | undefined {
  try {
    const stamp = JSON.parse(readFileSync(file, "utf8")) as Stamp;
    return stamp.key === key && stamp.files.every((path) => existsSync(path)) ? stamp.toolchain : undefined;
  } catch {
    return undefined;
  }
}

/** Records a prepared toolchain, replacing what was recorded before in one step. */
export function writeStamp(key: string, toolchain: Toolchain, files: string[], file = stampFile()): void {
  const stamp: Stamp = { key, files, toolchain };
  mkdirSync(join(file, ".."), { recursive: true });
  replaceFile(file, JSON.stringify(stamp, undefined, 2), 0o644);
}
