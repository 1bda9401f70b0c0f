import { createHash } from "node:crypto";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Entry } from "tar-stream";
import { ArchiveError } from "./error";

/** What was read of a tar: names of all files, and content of the small ones, which hold what describes images. */
export interface ArchiveContent {
  names: Set<string>;
  small: Map<string, Buffer>;
}

/** Descriptions are JSON of some kilobytes; larger files are layers. Bytes. */
const smallBytes = 1024 * 1024;

/** All descriptions together: more belongs to no image. Bytes. */
const mostBytes = 32 * 1024 * 1024;

/** Reads a tar, plain or gzipped. @throws ArchiveError if it is none, cut off, or holds what no image archive does */
export async function readTar(chunks: AsyncIterable<Buffer>): Promise<ArchiveContent> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  const start = first.done ? Buffer.alloc(0) : first.value;
  async function* all(): AsyncGenerator<Buffer> {
    yield start;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  const tar = extract();
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  const pumped = isGzip
    ? pipeline(Readable.from(all()), createGunzip(), tar)
    : pipeline(Readable.from(all()), tar);
  // Its failure is the iteration's too.
  pumped.catch(() => undefined);
  const content: ArchiveContent = { names: new Set(), small: new Map() };
  try {
    let kept = 0;
    for await (const entry of tar) kept = await take(entry, content, kept);
    await pumped;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError(`archive: is no whole tar or tar.gz of docker save (${(error as Error).message})`);
  }
  return content;
}

async function take(entry: Entry, { names, small }: ArchiveContent, kept: number): Promise<number> {
  const { name, type, linkname, size = 0 } = entry.header;
  const path = safePath(name, name);
  if (type === "symlink") safePath(posix.join(posix.dirname(path), linkname ?? ""), name);
  else if (type === "link") safePath(linkname ?? "", name);
  else if (type !== "file" && type !== "directory") {
    throw new ArchiveError(`archive: ${name} is a ${type}, which no image archive holds`);
  }
  if (type !== "directory" && names.has(path)) throw new ArchiveError(`archive: holds ${name} twice`);
  names.add(path);
  if (type !== "file" || size > smallBytes) {
    entry.resume();
    return kept;
  }
  if (kept + size > mostBytes) throw new ArchiveError("archive: holds too many small files for an image");
  const parts: Buffer[] = [];
  for await (const part of entry) parts.push(part as Buffer);
  small.set(path, Buffer.concat(parts));
  return kept + size;
}

/** A path inside the archive, normalised. @throws ArchiveError if it leads out of it */
function safePath(path: string, name: string): string {
  const normal = posix.normalize(path);
  if (posix.isAbsolute(path) || normal.split("/").includes("..") || /[\\\0]/.test(path)) {
    throw new ArchiveError(`archive: the path of ${JSON.stringify(name)} leads out of it`);
  }
  return normal.replace(/\/$/, "");
}

/** A small file of the archive. @throws ArchiveError if it is not there or has another hash than it must */
export function partOf({ small }: ArchiveContent, path: string, hash?: string): Buffer {
  const bytes = small.get(posix.normalize(path));
  if (bytes === undefined) throw new ArchiveError(`archive: ${path}, which its manifest names, is missing`);
  if (hash !== undefined && sha256(bytes) !== hash) {
    throw new ArchiveError(
      `archive: its manifest names ${path}, but that file has the hash ${sha256(bytes)}`,
    );
  }
  return bytes;
}

/** In hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @throws ArchiveError if it is not JSON */
export function parseJson(bytes: Buffer, name: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new ArchiveError(`archive: ${name} is not JSON`);
  }
}
