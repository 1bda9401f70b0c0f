import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { docker, dockerTry } from "../operations/docker";
import { buildParts } from "./build";
import { ToolchainError } from "./errors";
import { hashBase, readRegistry, writeContext, type ImageSource } from "./image-source";
import { cacheDirectory, repositoryRoot } from "./paths";
import { reachSeconds } from "./reach";
import { isRoot, onPath, run, systemPath } from "./system";

/** Label of a built image: the hash of what it was built from. */
export const contextLabel = "strongroom.context";

const baseName = "base:bookworm";
const baseTag = `strongroom/${baseName}`;

/** Tells the user what is being done. */
type Note = (text: string) => void;

/** Id of an image that this host has, by reference or id; undefined when it has not. */
export async function imageId(endpoint: string, reference: string): Promise<string | undefined> {
  const result = await dockerTry(endpoint, ["image", "inspect", "--format", "{{.Id}}", reference]);
  return result.exitCode === 0 ? result.stdout.trim() : undefined;
}

/**
 * Id of the image on this host that was built from what `key` stands for: the oldest one, since what somebody builds
 * upon it inherits its label.
 */
export async function builtImage(endpoint: string, key: string): Promise<string | undefined> {
  const filter = `label=${contextLabel}=${key}`;
  // All: one without a tag that others are built upon is left out otherwise.
  const ids = await docker(endpoint, ["images", "--all", "--quiet", "--no-trunc", "--filter", filter]);
  // Docker lists the newest first.
  return ids.split("\n").filter(Boolean).at(-1);
}

/** Hosts whose registry did not answer in this process's life, by endpoint. */
const silent = new Set<string>();

/**
 * Pulls an image by digest if its registry answers within 3 s.
 * @returns Its id, or undefined when no registry answers
 */
export async function pullImage(
  endpoint: string,
  reference: string,
  note: Note,
): Promise<string | undefined> {
  if (silent.has(endpoint)) return undefined;
  const { execa } = await import("execa");
  const pull = execa("docker", ["--host", endpoint, "pull", reference], {
    reject: false,
    stdin: "ignore",
    env: { DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  });
  // The daemon's first line comes when the registry has sent the manifest.
  const timer = setTimeout(() => pull.kill(), reachSeconds * 1000);
  pull.stdout.once("data", () => {
    clearTimeout(timer);
    note(`pulling ${reference}`);
  });
  const result = await pull;
  clearTimeout(timer);
  if (result.exitCode !== 0) {
    silent.add(endpoint);
    note(
      `no registry to pull from (${result.stderr.trim().split("\n").at(-1) || `silent for ${reachSeconds} s`})`,
    );
    return undefined;
  }
  return imageId(endpoint, reference);
}

/**
 * Builds an image from its folder, on the base image that is made or pulled first.
 * @returns Its id
 * @throws ToolchainError with the end of the build's output
 */
export async function buildImage(endpoint: string, source: ImageSource, note: Note): Promise<string> {
  const base = await provideBase(endpoint, note);
  const program = source.program && (await buildParts([source.program], note))[0]!.path;
  const parent = join(cacheDirectory(), "contexts");
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, "image-"));
  try {
    const context = join(work, "context");
    const idFile = join(work, "id");
    writeContext(source, context, program);
    const args = Object.entries({ BASE: base, ...source.args }).flatMap(([key, value]) => [
      "--build-arg",
      `${key}=${value}`,
    ]);
    const labels = ["--label", `${contextLabel}=${source.key}`, "--tag", `strongroom/${source.name}`];
    await runBuild(endpoint, ["build", ...args, ...labels, "--iidfile", idFile, context], source.name, note);
    return readFileSync(idFile, "utf8").trim();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function runBuild(endpoint: string, args: string[], name: string, note: Note): Promise<void> {
  const { execa } = await import("execa");
  const build = execa("docker", ["--host", endpoint, ...args], {
    reject: false,
    all: true,
    stdin: "ignore",
    env: { DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  });
  const steps = /^(Step \d+\/\d+|#\d+ \[[^\]]+\])/;
  build.all.on("data", (chunk: Buffer) => {
    const shown = chunk
      .toString()
      .split("\n")
      .flatMap((line) => steps.exec(line)?.[1] ?? []);
    if (shown.length > 0) note(`${name}: ${shown.at(-1)}`);
  });
  const result = await build;
  if (result.failed) {
    const log = String(result.all ?? "")
      .trim()
      .split("\n")
      .slice(-15)
      .join("\n");
    throw new ToolchainError(`building image ${name} failed:\n${log}`);
  }
}

/** The image that the others stand on: Debian's slim image by digest, else one made from Debian's packages. */
async function provideBase(endpoint: string, note: Note): Promise<string> {
  const official = readRegistry()[baseName];
  if (official && ((await imageId(endpoint, official)) ?? (await pullImage(endpoint, official, note))))
    return official;
  const key = hashBase();
  const existing = await builtImage(endpoint, key);
  if (existing) {
    await docker(endpoint, ["tag", existing, baseTag]);
    return baseTag;
  }
  if (!isRoot()) {
    throw new ToolchainError(
      "No image registry answers, and making the base image from Debian's packages needs root: " +
        "run as root once, or make a registry reachable.",
    );
  }
  if (!onPath("debootstrap")) {
    note("installing debootstrap");
    await run(
      "apt-get",
      ["install", "--yes", "--no-install-recommends", "debootstrap"],
      "installing debootstrap",
    );
  }
  note("base: debootstrap");
  const { execa } = await import("execa");
  const script = join(repositoryRoot, "images", "base", "build.sh");
  const result = await execa(script, [baseTag, `${contextLabel}=${key}`], {
    reject: false,
    all: true,
    env: { PATH: systemPath(), DOCKER_HOST: endpoint, DOCKER_CONTEXT: undefined },
  });
  if (result.failed) throw new ToolchainError(`making the base image failed:\n${String(result.all).trim()}`);
  return baseTag;
}
