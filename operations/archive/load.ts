import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { dockerTry } from "../docker";
import { OperationError } from "../errors";
import type { ArchivedImage } from "./archived-image";
import { ArchiveError } from "./error";

/**
 * Loads an archive on a host and compares what the host then has with what the archive says of itself.
 * @param endpoint Docker endpoint, ssh too
 * @param chunks what was verified
 * @param images all images of the archive
 * @param chosen one of them
 * @returns the chosen image's id on this host
 * @throws OperationError if Docker refuses the archive, or loaded an image that the archive does not name; an image
 *   that was not there before is then removed
 */
export async function loadArchive(
  endpoint: string,
  chunks: AsyncIterable<Buffer>,
  images: ArchivedImage[],
  chosen: ArchivedImage,
): Promise<string> {
  const before = await dockerTry(endpoint, ["image", "ls", "--all", "--quiet", "--no-trunc"]);
  if (before.exitCode !== 0) throw new OperationError(`docker on ${endpoint}: ${before.stderr.trim()}`);
  const reported = await dockerLoad(endpoint, chunks);
  const loaded = await idsOf(endpoint, reported);
  const known = new Set(images.flatMap(({ ids }) => ids));
  const foreign = loaded.filter((id) => !known.has(id));
  const [id] = await idsOf(endpoint, chosen.ids);
  if (foreign.length === 0 && id !== undefined && loaded.includes(id)) return id;
  const added = foreign.filter((each) => !before.stdout.includes(each));
  if (added.length > 0) await dockerTry(endpoint, ["image", "rm", "--force", ...added]);
  throw new OperationError(
    `${endpoint}: Docker loaded ${loaded.join(", ") || "nothing"}, but the archive's manifest names ${[...known].join(", ")}`,
  );
}

/** Ids of those of the references that the host has, in their order. */
async function idsOf(endpoint: string, references: string[]): Promise<string[]> {
  if (references.length === 0) return [];
  const { stdout } = await dockerTry(endpoint, ["image", "inspect", "--format", "{{.Id}}", ...references]);
  return stdout.split("\n").filter(Boolean);
}

/** @returns names and ids as Docker reports them */
async function dockerLoad(endpoint: string, chunks: AsyncIterable<Buffer>): Promise<string[]> {
  const load = spawn("docker", ["--host", endpoint, "load"], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  });
  const ended = new Promise<number>((done, fail) => {
    load.once("error", fail);
    load.once("close", (code) => done(code ?? 1));
  });
  const output = Promise.all([text(load.stdout), text(load.stderr)]);
  try {
    await pipeline(Readable.from(chunks), load.stdin);
  } catch (error) {
    // Docker that ended before it had read all says why itself.
    if (error instanceof ArchiveError) {
      load.kill("SIGKILL");
      throw error;
    }
  }
  const [code, [stdout, stderr]] = await Promise.all([ended, output]);
  if (code !== 0)
    throw new OperationError(`docker load on ${endpoint}: ${stderr.trim() || `exit code ${code}`}`);
  return [...stdout.matchAll(/^Loaded image(?: ID)?: (.+)$/gm)].map(([, reference]) => reference!.trim());
}
