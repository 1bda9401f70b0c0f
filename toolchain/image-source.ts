import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFolder, hashValues } from "./content-hash";
import { ToolchainError } from "./errors";
import { hashPart, readPart, type Part } from "./parts";
import { repositoryRoot } from "./paths";

/** Node.js major version in the images: Debian bookworm's. */
const bundleTarget = "node18";

/** What one image is made of. */
export interface ImageSource {
  /** `<folder>:<tag>`. */
  name: string;
  /** Folder below images/ with its Dockerfile. */
  folder: string;
  /** Build arguments of this tag, from the folder's releases.json. */
  args: Record<string, string>;
  /** Official image by digest that takes its place where a registry answers. */
  registry?: string;
  /** Toolchain part whose program goes into the context. */
  program?: Part;
  /** Bundle of src/main.ts, which goes into the context as main.js. */
  bundle?: string;
  /** Hash of all that goes into the build; the built image carries it as the label `strongroom.context`. */
  key: string;
}

/** Images whose context takes a program of the toolchain: folder to part. */
const programs: Record<string, string> = { edge: "traefik" };

const imagesFolder = join(repositoryRoot, "images");

/**
 * Reads what an image is made of.
 * @param name `<folder>:<tag>`, e.g. `demo:1.0.0`.
 * @throws ToolchainError for a folder or tag that does not exist
 */
export async function readImageSource(name: string): Promise<ImageSource> {
  const [directory = "", tag = ""] = name.split(":");
  const folder = join(imagesFolder, directory);
  const known = knownImages();
  if (!known.includes(name)) {
    throw new ToolchainError(`There is no image "${name}" to build; there are ${known.join(", ")}.`);
  }
  const args = readReleases(folder)[tag]!;
  const registry = readRegistry()[name];
  const program = programs[directory] === undefined ? undefined : readPart(programs[directory]);
  const bundle = existsSync(join(folder, "src", "main.ts")) ? await bundleMain(directory) : undefined;
  const key = hashValues([
    hashFolder(folder, isContextFile),
    args,
    bundle ?? null,
    program ? hashPart(program) : null,
    hashBase(),
  ]).slice(0, 40);
  return { name, folder, args, registry, program, bundle, key };
}

/** Hash of what the locally made base image comes from; its label as well. */
export function hashBase(): string {
  return hashFolder(join(imagesFolder, "base")).slice(0, 40);
}

/** Names of all images that can be built, sorted. */
export function knownImages(): string[] {
  return readdirSync(imagesFolder)
    .filter((directory) => existsSync(join(imagesFolder, directory, "releases.json")))
    .flatMap((directory) =>
      Object.keys(readReleases(join(imagesFolder, directory))).map((tag) => `${directory}:${tag}`),
    )
    .sort();
}

/** Official images by name and digest, e.g. `postgres:15` to `postgres:15.19-bookworm@sha256:…`. */
export function readRegistry(): Record<string, string> {
  return readJson(join(imagesFolder, "registry.json")) as Record<string, string>;
}

/** Writes an image's build context into an empty folder; `program` is the path of the built program. */
export function writeContext(source: ImageSource, target: string, program?: string): void {
  cpSync(source.folder, target, {
    recursive: true,
    filter: (from) => from === source.folder || isContextFile(from.slice(source.folder.length + 1)),
  });
  if (source.bundle !== undefined) writeFileSync(join(target, "main.js"), source.bundle);
  if (source.program && program) cpSync(program, join(target, source.program.binary));
}

/** Sources are in the context as a bundle; tests and the list of releases are not part of an image. */
function isContextFile(path: string): boolean {
  return path !== "releases.json" && path !== "src" && !path.startsWith("src/") && !path.endsWith(".test.ts");
}

function readReleases(folder: string): Record<string, Record<string, string>> {
  return readJson(join(folder, "releases.json")) as Record<string, Record<string, string>>;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** An image's program as one file, the same wherever the checkout is and wherever its node_modules really are. */
export async function bundleMain(directory: string, checkout = repositoryRoot): Promise<string> {
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: checkout,
    // Else the real place of a linked node_modules gets into comments, and so into the image's key.
    preserveSymlinks: true,
    entryPoints: [`images/${directory}/src/main.ts`],
    bundle: true,
    platform: "node",
    target: bundleTarget,
    format: "cjs",
    // Optional native binding of pg, which is not installed.
    external: ["pg-native"],
    legalComments: "none",
    logLevel: "silent",
    write: false,
  });
  return result.outputFiles[0]!.text;
}
