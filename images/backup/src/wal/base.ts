import type { KeyObject } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BaseReceipt, Stretch, WalSettings } from "../../../../operations/backup/wal";
import { PARTIAL } from "../durable";
import { numbered } from "../receipts";
import { decryption, makeIdentity } from "../seal";
import { readPassword } from "../settings";
import { runTool } from "../tool";
import { archivePath, basesOf, keepFile, noteBase, stretches } from "./archive";
import { packFolder, unpackFolder } from "./pack";
import { BASE_SCRATCH, connectionText } from "./settings";

/** Removes what is left of a base backup that was being made, and makes the folder anew. */
export function wipeBaseScratch(): void {
  rmSync(BASE_SCRATCH, { recursive: true, force: true });
  mkdirSync(BASE_SCRATCH, { recursive: true, mode: 0o700 });
}

/**
 * Copies the whole cluster, and proves the copy: what was encrypted is decrypted by a one-time key, unpacked, and every
 * file compared with the manifest that the server wrote, and the log that came along read.
 * @throws Error with the step's own message; nothing of it counts then
 */
export async function takeBase(
  settings: WalSettings,
  stretch: Stretch,
  key: KeyObject,
): Promise<BaseReceipt> {
  const begun = new Date();
  const sequence = 1 + Math.max(0, ...stretches().flatMap((each) => sequencesOf(each)));
  const id = `base-${numbered(sequence, begun)}`;
  const file = `${id}.tar.zst.age`;
  const partial = `${archivePath(stretch, file)}${PARTIAL}`;
  wipeBaseScratch();
  try {
    const folder = join(BASE_SCRATCH, "plain");
    const args = ["--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256", "--no-password"];
    await runTool(
      "pg_basebackup",
      [`--dbname=${connectionText(settings.database)}`, `--pgdata=${folder}`, ...args],
      { env: { PGPASSWORD: readPassword() } },
    );
    const consistent = new Date();
    const { timeline, start } = readLabel(readFileSync(join(folder, "backup_label"), "utf8"));
    if (timeline !== stretch.timeline) throw new Error(`the base backup is of timeline ${timeline}`);
    const clusterBytes = sizeOf(folder);
    const oneTime = await makeIdentity();
    await packFolder(folder, partial, [...settings.recipients, oneTime.recipient]);
    // From here on there is only what the recipients would have.
    rmSync(folder, { recursive: true });
    const measured = await keepFile(stretch, file);
    const again = join(BASE_SCRATCH, "again");
    mkdirSync(again, { mode: 0o700 });
    await unpackFolder(decryption(archivePath(stretch, file), oneTime), again);
    await runTool("pg_verifybackup", ["--quiet", again]);
    const receipt: BaseReceipt = {
      schema: 1,
      kind: "base",
      id,
      sequence,
      stack: settings.stack,
      database: settings.database.name,
      systemIdentifier: stretch.systemIdentifier,
      timeline,
      stretch: stretch.number,
      start,
      file,
      ...measured,
      clusterBytes,
      recipients: settings.recipients,
      level: "decrypted and verified by pg_verifybackup",
      begun: begun.toISOString(),
      consistent: consistent.toISOString(),
      ended: new Date().toISOString(),
    };
    noteBase(stretch, receipt, key);
    return receipt;
  } catch (error) {
    // Runs that fail again and again would fill the disk, and what was not proven is nothing to restore from.
    rmSync(archivePath(stretch, file), { force: true });
    throw error;
  } finally {
    rmSync(partial, { force: true });
    wipeBaseScratch();
  }
}

/** Sequences that base backups of a stretch have had, of those too that were never proven. */
function sequencesOf(stretch: Stretch): number[] {
  const files = readdirSync(archivePath(stretch, "")).flatMap((name) => /^base-(\d+)-/.exec(name)?.[1] ?? []);
  return [...files.map(Number), ...basesOf(stretch).map(({ receipt }) => receipt.sequence)];
}

/** What a base backup says of where its log begins. @throws Error when it does not say so */
export function readLabel(text: string): { timeline: number; start: string } {
  const start = /^START WAL LOCATION: \S+ \(file ([0-9A-F]{24})\)$/m.exec(text)?.[1];
  const timeline = /^START TIMELINE: (\d+)$/m.exec(text)?.[1];
  if (start === undefined || timeline === undefined)
    throw new Error("backup_label does not say where the log begins");
  return { timeline: Number(timeline), start };
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
