import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { ArchiveError } from "./error";

/** Bytes that are read at a time: large enough for speed, small enough for any machine. */
const chunkBytes = 256 * 1024;

/**
 * A private copy of an archive. It has no name any more: what is verified and then loaded cannot be exchanged in
 * between by who can write where the archive came from, and a killed process leaves nothing behind.
 */
export class Spool {
  private constructor(
    private readonly file: FileHandle,
    /** Bytes. */
    readonly size: number,
  ) {}

  /**
   * Copies a file.
   * @param folder gets mode 0700
   * @throws ArchiveError if the archive is missing, empty or not a file, or the disk is full
   */
  static async copy(archive: string, folder: string): Promise<Spool> {
    const source = await openArchive(archive);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, randomUUID());
      const file = await open(path, "wx+", 0o600);
      try {
        await rm(path);
        let size = 0;
        for await (const chunk of chunksOf(source)) {
          await file.write(chunk, 0, chunk.length, size);
          size += chunk.length;
        }
        if (size === 0) throw new ArchiveError(`${archive}: is empty`);
        return new Spool(file, size);
      } catch (error) {
        await file.close();
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        throw new ArchiveError(`${archive}: the disk of ${folder} has no room for a copy of it`);
      }
    } finally {
      await source.close();
    }
  }

  /** The copy from its first byte to its last; any number of times. */
  chunks(): AsyncGenerator<Buffer> {
    return chunksOf(this.file);
  }

  /**
   * As `chunks`, for whom may have only what was verified: the last chunk is held back until all of them have
   * this hash, so a reader never gets a complete archive that has another.
   * @param sha256 64 hex digits
   * @throws ArchiveError in place of the last chunk
   */
  async *verifiedChunks(sha256: string): AsyncGenerator<Buffer> {
    const hash = createHash("sha256");
    let held: Buffer | undefined;
    for await (const chunk of this.chunks()) {
      hash.update(chunk);
      if (held) yield held;
      held = chunk;
    }
    if (hash.digest("hex") !== sha256) throw new ArchiveError("the copy changed after it was verified");
    if (held) yield held;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

async function openArchive(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw new ArchiveError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new ArchiveError(`${path}: is not a file`);
}

async function* chunksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkBytes), 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
