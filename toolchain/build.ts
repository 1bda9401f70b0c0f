import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ToolchainError } from "./errors";
import { withFileLock } from "./file-lock";
import { hashValues } from "./content-hash";
import { hashPart, type Part } from "./parts";
import { cacheDirectory, repositoryRoot } from "./paths";
import { atLeast } from "./version";

/** Builds at the same time: each link step of the engine takes about 2 GB. */
const parallelBuilds = 2;

/** From here on Go fetches by itself the newer toolchain that a go.mod asks for. */
const minimumGo = "1.21.0";

/** Longest first, so that the last builder is not left alone with the longest. */
const costly = ["engine", "resource-docker", "traefik"];

/** A built program and the key of what it was built from. */
export interface BuiltPart {
  part: Part;
  /** Path of the program. */
  path: string;
  key: string;
}

/**
 * Builds what is not in the cache yet, two at a time, from Go modules.
 * @param note Told of each part's start and of its end with the seconds it took.
 * @returns One entry a part, in the order of `parts`
 * @throws ToolchainError when Go is missing or too old, or with the end of a failed build's log
 */
export async function buildParts(parts: Part[], note: (text: string) => void): Promise<BuiltPart[]> {
  const go = await goVersion();
  const wanted = parts.map((part) => locate(part, go));
  const missing = wanted.filter(({ path }) => !existsSync(path));
  const queue = [...missing].sort((a, b) => rank(a.part) - rank(b.part));
  const building = new Set<string>();
  let done = 0;
  const builder = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { binary, version } = next.part;
      building.add(binary);
      note(`building ${[...building].join(" and ")}`);
      const started = Date.now();
      await buildOne(next, go, note);
      building.delete(binary);
      const seconds = Math.round((Date.now() - started) / 1000);
      const rest = building.size > 0 ? `; still building ${[...building].join(" and ")}` : "";
      note(`${binary} ${version} built in ${seconds} s, ${++done} of ${missing.length}${rest}`);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: parallelBuilds }, builder));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return wanted;
}

function rank(part: Part): number {
  const index = costly.indexOf(part.name);
  return index < 0 ? costly.length : index;
}

function locate(part: Part, go: string): BuiltPart {
  const key = keyOf(part, go);
  return { part, key, path: join(cacheDirectory(), "parts", `${part.name}-${key}`, part.binary) };
}

function keyOf(part: Part, go: string): string {
  return hashValues([hashPart(part), go, process.platform, process.arch]).slice(0, 20);
}

async function buildOne(
  { part, path, key }: BuiltPart,
  go: string,
  note: (text: string) => void,
): Promise<void> {
  await withFileLock(
    `${dirname(path)}.lock`,
    async () => {
      if (existsSync(path)) return;
      // Built in a copy: Go may complete go.sum, and a build must not change the checkout that it is keyed by.
      const work = `${dirname(path)}.work`;
      rmSync(work, { recursive: true, force: true });
      cpSync(join(repositoryRoot, "toolchain"), join(work, "toolchain"), { recursive: true });
      const copy = { ...part, folder: join(work, "toolchain", part.name) };
      if (keyOf(copy, go) !== key) {
        throw new ToolchainError(`toolchain/${part.name} was changed during the build: run it again.`);
      }
      mkdirSync(dirname(path), { recursive: true });
      const unfinished = `${path}.unfinished`;
      await runBuild(copy, unfinished);
      renameSync(unfinished, path);
      rmSync(work, { recursive: true, force: true });
    },
    (holder) => note(`${part.binary}: waiting for the build of process ${holder}`),
  );
}

async function runBuild(part: Part, output: string): Promise<void> {
  const { execa } = await import("execa");
  const [command, args] = part.script
    ? [join(part.folder, part.script), [output]]
    : [
        "go",
        [
          "build",
          "-trimpath",
          "-buildvcs=false",
          "-ldflags",
          `-s -w ${part.ldflags}`,
          "-o",
          output,
          part.package,
        ],
      ];
  const result = await execa(command, args, {
    cwd: part.folder,
    // Without cgo the program needs no C compiler here and no library where it runs.
    env: { CGO_ENABLED: "0", GOFLAGS: "-mod=mod", GOWORK: "off" },
    all: true,
    reject: false,
  });
  if (result.failed || !existsSync(output)) {
    const log = String(result.all ?? "")
      .trim()
      .split("\n")
      .slice(-15)
      .join("\n");
    throw new ToolchainError(
      `toolchain: building ${part.binary} failed${log ? `:\n${log}` : ""}\n` +
        "A Go module proxy must be reachable for the first build (`go env GOPROXY`).",
    );
  }
}

async function goVersion(): Promise<string> {
  const { execa } = await import("execa");
  const result = await execa("go", ["env", "GOVERSION"], { reject: false });
  if (result.exitCode !== 0) {
    throw new ToolchainError(
      "toolchain: neither Pulumi's download servers nor Go are there to get the engine from.\n" +
        `Install Go ${minimumGo} or newer, or Pulumi itself (https://www.pulumi.com/docs/install/).`,
    );
  }
  if (!atLeast(result.stdout, minimumGo)) {
    throw new ToolchainError(`toolchain: Go ${minimumGo} or newer is needed, this is ${result.stdout}.`);
  }
  return result.stdout;
}
