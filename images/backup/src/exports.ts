import type { KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../../../operations/backup/measure";
import { type ExportReceipt, type SignedExport, signReceipt } from "../../../operations/backup/receipt";
import {
  AGE_HEADER,
  EXPORTS_FOLDER,
  fileOf,
  type SignExportRequest,
  type TakenExport,
} from "../../../operations/backup/sidecar";
import { SHIPPED_MODE, writeDurably } from "./durable";
import { numbered, readReceipts } from "./receipts";

const inFolder = (name: string): string => join(EXPORTS_FOLDER, name);

/** The folder's files; none before the first export. */
function names(): string[] {
  return existsSync(EXPORTS_FOLDER) ? readdirSync(EXPORTS_FOLDER) : [];
}

/** Receipts of all exports of the stack's settings that can be read, in the order of their sequence. */
export function exported(): SignedExport[] {
  return readReceipts<ExportReceipt>(EXPORTS_FOLDER, names());
}

/**
 * Puts an export on disk. It cannot be opened here, and counts as nothing until who sent it has found it equal.
 * @param sealed as age has encrypted it
 * @throws Error for anything else: nothing in plain text gets into the store
 */
export async function takeExport(sealed: Buffer, now: Date): Promise<TakenExport> {
  if (!sealed.subarray(0, AGE_HEADER.length).equals(Buffer.from(AGE_HEADER)))
    throw new Error("an export of the settings must be encrypted by age; nothing was kept");
  mkdirSync(EXPORTS_FOLDER, { recursive: true, mode: 0o750 });
  const taken = names().map((name) => Number(/^settings-(\d+)-/.exec(name)?.[1] ?? 0));
  const sequence = 1 + Math.max(0, ...taken);
  const id = `settings-${numbered(sequence, now)}`;
  const file = fileOf({ id, kind: "settings" });
  writeDurably(inFolder(file), sealed, SHIPPED_MODE);
  return { id, sequence, file, ...(await measure(inFolder(file))) };
}

/**
 * Signs for an export that was found equal, and removes what it makes superfluous: exports beyond the newest `keep`, but
 * for those that a backup names, and files that were never signed.
 * @param named ids of the exports that backups name
 * @throws Error when the file is not the one that was found equal
 */
export async function signExport(
  { keep, id, sequence, file, sha256, bytes, stack, recipients, contents }: SignExportRequest,
  named: string[],
  key: KeyObject,
  now: Date,
): Promise<SignedExport> {
  const path = inFolder(file);
  if (
    file !== fileOf({ id, kind: "settings" }) ||
    !names().includes(file) ||
    (await measure(path)).sha256 !== sha256
  )
    throw new Error(`the export ${id} is not there as it was taken`);
  const signed = signReceipt(
    {
      ...{
        schema: 1 as const,
        id,
        sequence,
        kind: "settings" as const,
        stack,
        file,
        sha256,
        bytes,
        recipients,
      },
      level: "decrypted by its sender" as const,
      contents,
      ended: now.toISOString(),
    },
    key,
  );
  writeDurably(inFolder(`${id}.json`), `${JSON.stringify(signed, undefined, 2)}\n`, SHIPPED_MODE);
  const kept = new Set([
    ...named,
    ...exported()
      .slice(-Math.max(1, keep))
      .map(({ receipt }) => receipt.id),
  ]);
  // In this order a receipt goes before its file: a file without one counts as nothing.
  for (const name of names().sort())
    if (!kept.has(name.replace(/(\.tar\.age|\.json)(\.partial)?$/, "")))
      rmSync(inFolder(name), { force: true });
  return signed;
}
