import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { delimiter, dirname, join } from "node:path";
import { ToolchainError } from "./errors";
import { cacheDirectory } from "./paths";
import { atLeast } from "./version";

/**
 * The oldest Pulumi CLI that is used when it is found on PATH: from 3.208.0 on every option can be given in the
 * environment (PULUMI_OPTION_…), which the settings of `./strongroom env` stand on; the policy SDK asks for 3.204.
 */
export const minimumEngine = "3.208.0";

const downloads = "https://get.pulumi.com/releases/sdk";

const programs = ["pulumi", "pulumi-language-nodejs"];

/** A Pulumi CLI found on PATH. */
export interface FoundEngine {
  /** Folder that holds the CLI and the language host. */
  bin: string;
  /** Changes when the CLI is replaced: path, size and time of change. */
  identity: string;
}

/**
 * The first folder of PATH that holds `pulumi`. The cache's own does not count: in a shell with the settings of
 * `./strongroom env` it is first on PATH, and nothing is found that was not provided here.
 */
export function findEngine(path = process.env.PATH ?? ""): FoundEngine | undefined {
  const folders = path.split(delimiter).filter((folder) => folder && !folder.startsWith(cacheDirectory()));
  const found = folders.find((folder) => existsSync(join(folder, "pulumi")));
  if (!found) return undefined;
  const program = realpathSync(join(found, "pulumi"));
  const { size, mtimeMs } = statSync(program);
  return { bin: found, identity: `${found} ${program} ${size} ${mtimeMs}` };
}

/**
 * Whether a CLI found on PATH can be used.
 * @returns undefined when it can, else the reason in a few words
 */
export async function unfitEngine(
  engine: FoundEngine,
  path = process.env.PATH ?? "",
): Promise<string | undefined> {
  const { execa } = await import("execa");
  const result = await execa(join(engine.bin, "pulumi"), ["version"], {
    reject: false,
    timeout: 10_000,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  if (result.exitCode !== 0) return "it does not run";
  if (!atLeast(result.stdout, minimumEngine))
    return `it is ${result.stdout.trim()}, ${minimumEngine} is needed`;
  const host = "pulumi-language-nodejs";
  const onPath = [engine.bin, dirname(realpathSync(join(engine.bin, "pulumi"))), ...path.split(delimiter)];
  if (!onPath.some((folder) => folder && existsSync(join(folder, host)))) return `it has no ${host}`;
  return undefined;
}

/** Address of the official archive of a version for this machine. */
export function engineArchive(version: string): { url: string; file: string; checksums: string } {
  const system = process.platform === "darwin" ? "darwin" : "linux";
  const machine = process.arch === "arm64" ? "arm64" : "x64";
  const file = `pulumi-v${version}-${system}-${machine}.tar.gz`;
  return { file, url: `${downloads}/${file}`, checksums: `${downloads}/pulumi-${version}-checksums.txt` };
}

/** The SHA-256 that a published list of `<hex> <file>` lines gives for a file; undefined when it has none. */
export function checksumOf(list: string, file: string): string | undefined {
  const line = list.split("\n").find((entry) => entry.trim().split(/\s+/)[1]?.replace(/^[*]/, "") === file);
  return line?.trim().split(/\s+/)[0]?.toLowerCase();
}

/**
 * Downloads the official CLI with its language host into the cache, unless it is there.
 * @returns The folder that holds them
 * @throws ToolchainError when the download fails or does not match the published checksum
 */
export async function downloadEngine(version: string): Promise<string> {
  const folder = join(cacheDirectory(), "engine", `v${version}`);
  if (programs.every((program) => existsSync(join(folder, program)))) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(join(dirname(folder), "download-"));
  try {
    const archive = engineArchive(version);
    await fetchFile(archive.url, join(work, archive.file));
    await fetchFile(archive.checksums, join(work, "checksums"));
    const expected = checksumOf(readFileSync(join(work, "checksums"), "utf8"), archive.file);
    const actual = createHash("sha256")
      .update(readFileSync(join(work, archive.file)))
      .digest("hex");
    if (actual !== expected) {
      throw new ToolchainError(
        `toolchain: ${archive.url} is not what its publisher lists: ${actual}, not ${expected}`,
      );
    }
    const { execa } = await import("execa");
    await execa("tar", ["-xzf", archive.file], { cwd: work });
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, "pulumi"), folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function fetchFile(url: string, path: string): Promise<void> {
  const { execa } = await import("execa");
  const limits = ["--connect-timeout", "10", "--speed-limit", "1000", "--speed-time", "30"];
  const result = await execa(
    "curl",
    [
      "--silent",
      "--show-error",
      "--fail",
      "--location",
      "--proto",
      "=https",
      ...limits,
      "--output",
      path,
      url,
    ],
    { reject: false },
  );
  if (result.exitCode !== 0)
    throw new ToolchainError(`toolchain: downloading ${url} failed: ${result.stderr}`);
}
