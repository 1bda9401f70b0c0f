import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { hashFolder, hashValues } from "./content-hash";
import { ToolchainError } from "./errors";
import { repositoryRoot } from "./paths";

/** A program that the toolchain can build: its `toolchain/<part>/part.json`, whose form a unit test checks. */
export interface Part {
  /** File name of the program. */
  binary: string;
  /** Go package to build, seen from the part's folder. */
  package: string;
  version: string;
  /** Linker flags that set the version, e.g. `-X main.version=5.2.0`. */
  ldflags: string;
  /** The Pulumi plugin that this is. */
  plugin: { kind: "resource"; name: string; version: string } | null;
  /** Whether this stands in for an official program and has only what the stack uses. */
  standIn: boolean;
  /** Script in the part's folder that builds in place of `go build`; its argument is the program's path. */
  script?: string;
  /** Name of its folder. */
  name: string;
  folder: string;
}

/**
 * Reads a part's description.
 * @throws ToolchainError when it is missing
 */
export function readPart(name: string, toolchainFolder = join(repositoryRoot, "toolchain")): Part {
  const folder = join(toolchainFolder, name);
  const file = join(folder, "part.json");
  if (!existsSync(file))
    throw new ToolchainError(`toolchain: there is no part "${name}" (${relative(repositoryRoot, file)})`);
  const description = JSON.parse(readFileSync(file, "utf8")) as Omit<Part, "name" | "folder">;
  return { ...description, name, folder };
}

/** All parts, by the folders that hold a part.json, sorted by name. */
export function readParts(toolchainFolder = join(repositoryRoot, "toolchain")): Part[] {
  return readdirSync(toolchainFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(toolchainFolder, entry.name, "part.json")))
    .map((entry) => readPart(entry.name, toolchainFolder))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Hash of all that goes into a part: its folder (Go tests and notes apart) and the folders beside it that its
 * go.mod takes in by `replace … => ../folder`.
 */
export function hashPart(part: Part): string {
  const counted = (path: string) => !path.endsWith("_test.go") && !path.endsWith(".md");
  return hashValues([part.folder, ...localModules(part.folder)].map((folder) => hashFolder(folder, counted)));
}

/** Folders outside `folder` that its go.mod replaces modules with. */
function localModules(folder: string): string[] {
  const file = join(folder, "go.mod");
  if (!existsSync(file)) return [];
  const targets = readFileSync(file, "utf8").matchAll(/=>\s+(\.\.\/\S+)/g);
  return [...targets].map(([, target]) => join(folder, target!)).sort();
}
