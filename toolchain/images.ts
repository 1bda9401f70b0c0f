import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Progress } from "../cli/progress";
import { dockerTry } from "../operations/docker";
import { replaceFile } from "../operations/replace-file";
import { withFileLock } from "./file-lock";
import { builtImage, buildImage, contextLabel, imageId, pullImage } from "./image-build";
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
  const ids = await lockedImages(endpoint, sources, lock);
  for (const source of sources.filter(({ name }) => !(name in ids))) {
    ids[source.name] = await progress.step(`Preparing image ${source.name}`, (note) =>
      withFileLock(
        join(cacheDirectory(), "images.lock"),
        async () => (await findImage(endpoint, source)) ?? (await provideImage(endpoint, source, note)),
        (holder) => note(`waiting for process ${holder}, which makes images`),
      ),
    );
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
  replaceFile(file, `${JSON.stringify(sorted, undefined, 2)}\n`, 0o644);
}

/** What `docker image inspect` tells of an image, as far as it is used here. */
export interface ImageState {
  Id: string;
  RepoDigests: string[] | null;
  Config: { Labels: Record<string, string> | null };
}

/** Whether an image is what a source describes: built from it, or the official one in its place. */
export function isImageOf(
  { key, registry }: Pick<ImageSource, "key" | "registry">,
  { RepoDigests, Config }: ImageState,
): boolean {
  const digest = registry?.slice(registry.indexOf("@"));
  return (
    Config.Labels?.[contextLabel] === key ||
    (digest !== undefined && (RepoDigests ?? []).some((it) => it.endsWith(digest)))
  );
}

/** Those locked images that the host has and that are still what their sources describe: one question to Docker. */
async function lockedImages(endpoint: string, sources: ImageSource[], lock: ImageLock): Promise<ImageLock> {
  const wanted = sources.flatMap(({ name }) => lock[name] ?? []);
  if (wanted.length === 0) return {};
  // It prints what it has also when something is missing.
  const { stdout } = await dockerTry(endpoint, ["image", "inspect", ...wanted]);
  const images = JSON.parse(stdout || "[]") as ImageState[];
  return Object.fromEntries(
    sources.flatMap((source) => {
      const image = images.find(({ Id }) => Id === lock[source.name]);
      return image && isImageOf(source, image) ? [[source.name, image.Id]] : [];
    }),
  );
}

async function findImage(endpoint: string, source: ImageSource): Promise<string | undefined> {
  const pulled = source.registry && (await imageId(endpoint, source.registry));
  return pulled || (await builtImage(endpoint, source.key));
}

async function provideImage(
  endpoint: string,
  source: ImageSource,
  note: (text: string) => void,
): Promise<string> {
  const pulled = source.registry ? await pullImage(endpoint, source.registry, note) : undefined;
  return pulled ?? (await buildImage(endpoint, source, note));
}
