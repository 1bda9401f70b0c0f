import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../replace-file";

const schema = z.object({
  /** The image as the host knows it. */
  id: z.string(),
  /** Name of the host in the configuration. */
  host: z.string(),
  /** File names, without folders. */
  archive: z.string(),
  signature: z.string(),
  publicKey: z.string(),
  /** Of the archive, 64 hex digits. */
  sha256: z.string(),
  format: z.string(),
  /** Fingerprint of the key. */
  signer: z.string(),
  /** What the archive calls its image, without the tag; none where it says nothing or several. */
  repository: z.string().optional(),
  comment: z.string().optional(),
  /** ISO 8601. */
  verifiedAt: z.string(),
});

/** That an image came out of an archive whose signature was verified, kept for each host. */
export type VerificationRecord = z.infer<typeof schema>;

/** Where a stack keeps its records. @param stackDirectory the stack's own folder */
export function recordFolder(stackDirectory: string): string {
  return join(stackDirectory, "verified");
}

/** Writes a record, in place of an earlier one for the same image and host. */
export function writeRecord(stackDirectory: string, record: VerificationRecord): void {
  const folder = recordFolder(stackDirectory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${record.id.replace("sha256:", "")}@${record.host}.json`);
  replaceFile(file, `${JSON.stringify(record, undefined, 2)}\n`, 0o600);
}

/** All records of a stack, the oldest first; a file that is no whole record is none. */
export function readRecords(stackDirectory: string): VerificationRecord[] {
  const folder = recordFolder(stackDirectory);
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const records = names.flatMap((name) => {
    try {
      return [schema.parse(JSON.parse(readFileSync(join(folder, name), "utf8")))];
    } catch {
      return [];
    }
  });
  return records.sort((a, b) => (a.verifiedAt < b.verifiedAt ? -1 : 1));
}
