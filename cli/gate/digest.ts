import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context";

/** Everything of the checkout that decides what the engine does, by what people call it. */
const SOURCES = {
  program: [
    "Pulumi.yaml",
    "index.ts",
    "program.cjs",
    "package-lock.json",
    "components",
    "config",
    "toolchain",
  ],
  operations: ["operations"],
  policies: ["policies"],
};

/** Folders of tests. */
const UNUSED = ["node_modules", "fixtures", "testing"];

export type Sources = Record<keyof typeof SOURCES, string>;

/** SHA-256 in hex of program, operations and policies as they are in the checkout; documents and tests do not count. */
export function digestSources({ checkout }: Pick<Context, "checkout">): Sources {
  const digestOf = (paths: string[]) =>
    digest(...paths.flatMap((path) => contents(join(checkout, path), path)));
  return {
    program: digestOf(SOURCES.program),
    operations: digestOf(SOURCES.operations),
    policies: digestOf(SOURCES.policies),
  };
}

/** The same of the configuration as it is written, and of the images that this machine has built for it. */
export function digestWritten({ configFile, stackDir }: Pick<Context, "configFile" | "stackDir">): string {
  return digest(contentOf(configFile), contentOf(join(stackDir, "images.json")));
}

/** Path in the checkout and content of every file, in a fixed order. */
function contents(path: string, name: string): (string | Buffer)[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [name, contentOf(path)];
  return readdirSync(path, { withFileTypes: true })
    .filter((each) => !each.name.endsWith(".test.ts") && !UNUSED.includes(each.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((each) => {
      const [inner, its] = [join(path, each.name), `${name}/${each.name}`];
      return each.isFile() ? [its, contentOf(inner)] : contents(inner, its);
    });
}

/** A file's content; of one that is not there, nothing. */
export function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

/** SHA-256 in hex of several parts. */
export function digest(...parts: (string | Buffer)[]): string {
  const sum = createHash("sha256");
  // Lengths keep two neighbours from being shifted into each other.
  for (const part of parts) sum.update(`${Buffer.byteLength(part)}:`).update(part);
  return sum.digest("hex");
}
