import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Progress } from "../cli/progress";
import { withFileLock } from "./file-lock";
import { builtImage, buildImage, imageId, pullImage } from "./image-build";
import { readImageSource, type ImageSource } from "./image-source";
import { cacheDirectory } from "./paths";

/** Ids of locally built images by name: `{"demo:1.0.0": "sha256:…"}`. */
export type ImageLock = Record<string, string>;

/** For which stack and on which host images are provided. */
export interface ImageOptions {
  /** Docker endpoint of the host that runs them. */
  endpoint: string;
  /** Folder of the stack's own files; the ids go into its images.json. */
  stackDirectory: string;
  progress: Progress;
}

/**
 * Makes sure that a host has images that the configuration names by `{ build, tag }`. What the lock file names is
 * kept as long as the host has it and its sources are the same; else the official image is pulled by digest if a
 * registry answers within 3 s, else the image is built.
 * @param names `<folder>:<tag>`, e.g. `demo:1.0.0`.
 * @returns The ids of these images; the lock file holds them too, beside those of earlier calls
 * @throws ToolchainError for an unknown name or a failed build
 */
export async function ensureImages(names: string[], options: ImageOptions): Promise<ImageLock> {
  const { endpoint, stackDirectory, progress } = options;
  const file = join(stackDirectory, "images.json");
  const lock = readImageLock(file);
  const sources = await Promise.all(names.map((name) => readImageSource(name)));
  const ids: ImageLock = {};
  const found = await Promise.all(sources.map((source) => findImage(endpoint, source, lock[source.name])));
  for (const [index, source] of sources.entries()) {
    ids[source.name] =
      found[index] ??
      (await progress.step(`Preparing image ${source.name}`, (note) =>
        withFileLock(
          join(cacheDirectory(), "images.lock"),
          async () => (await findImage(endpoint, source)) ?? (await provideImage(endpoint, source, note)),
          (holder) => note(`waiting for process ${holder}, which makes images`),
        ),
      ));
  }
  if (names.some((name) => lock[name] !== ids[name])) writeImageLock(file, { ...lock, ...ids });
  return ids;
}

/** Reads a lock file; without one nothing is locked yet. */
export function readImageLock(file: string): ImageLock {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ImageLock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** Replaces a lock file in one step, sorted by name. */
export function writeImageLock(file: string, lock: ImageLock): void {
  const sorted = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1)));
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(sorted, undefined, 2)}\n`);
  renameSync(unfinished, file);
}

/** An image on the host that is what the source describes; of several the one that is locked. */
async function findImage(
  endpoint: string,
  source: ImageSource,
  locked?: string,
): Promise<string | undefined> {
  const [built, pulled] = await Promise.all([
    builtImage(endpoint, source.key),
    source.registry ? imageId(endpoint, source.registry) : undefined,
  ]);
  return locked !== undefined && locked === built ? built : (pulled ?? built);
}

async function provideImage(
  endpoint: string,
  source: ImageSource,
  note: (text: string) => void,
): Promise<string> {
  const pulled = source.registry ? await pullImage(endpoint, source.registry, note) : undefined;
  return pulled ?? (await buildImage(endpoint, source, note));
}
