import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ArchiveError } from "./error";
import { Spool } from "./spool";

const root = mkdtempSync(join(tmpdir(), "strongroom-spool-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const archive = join(root, "archive.tar");
const folder = join(root, "spool");
const bytes = randomBytes(600_000);
const sha256 = createHash("sha256").update(bytes).digest("hex");

async function read(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

it("keeps what was copied, whatever becomes of the file, under no name that anybody could open", async () => {
  writeFileSync(archive, bytes);
  const spool = await Spool.copy(archive, folder);
  writeFileSync(archive, randomBytes(10));
  expect(readdirSync(folder)).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(spool.size).toBe(bytes.length);
  for (let time = 0; time < 2; time++) expect((await read(spool.chunks())).equals(bytes)).toBe(true);
  expect((await read(spool.verifiedChunks(sha256))).equals(bytes)).toBe(true);
  await spool.close();
});

it("gives nobody a whole archive that is not the verified one", async () => {
  writeFileSync(archive, bytes);
  const spool = await Spool.copy(archive, folder);
  let given = 0;
  const run = async () => {
    for await (const chunk of spool.verifiedChunks("0".repeat(64))) given += chunk.length;
  };
  await expect(run()).rejects.toThrow("changed after it was verified");
  expect(given).toBeLessThan(bytes.length);
  await spool.close();
});

it.each([
  ["missing", join(root, "nosuch"), "ENOENT"],
  ["a folder", root, "is not a file"],
  ["empty", join(root, "empty"), "is empty"],
])("refuses an archive that is %s, and leaves nothing", async (_, path, message) => {
  writeFileSync(join(root, "empty"), "");
  const copy = Spool.copy(path, folder);
  await expect(copy).rejects.toThrow(ArchiveError);
  await expect(copy).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual([]);
});
