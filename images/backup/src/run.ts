import type { KeyObject } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "../../../components/canonical";
import type { BackupKind, Receipt, SignedReceipt } from "../../../operations/backup/receipt";
import { measure } from "../../../operations/backup/measure";
import { fileOf } from "../../../operations/backup/sidecar";
import { differences, rowCount } from "./contents";
import { exported } from "./exports";
import { restoredContents, wipeScratch } from "./scratch";
import { decryption, encrypt, makeIdentity } from "./seal";
import { SCRATCH_FOLDER, type Settings } from "./settings";
import { dumpSnapshot, readBack } from "./source";
import { keep, nextBackup, partialPath, prune, writeReceipt } from "./store";

/**
 * Makes one backup and proves it: only a file that was decrypted, restored and found equal to its snapshot gets a
 * receipt, and only then older ones go. Whatever fails before leaves every other backup as it is.
 * @returns the receipt, and the ids of the backups that it superseded
 * @throws Error with the step's own message
 */
export async function runBackup(
  settings: Settings,
  kind: BackupKind,
  key: KeyObject,
): Promise<{ signed: SignedReceipt; pruned: string[] }> {
  const begun = new Date();
  const { id, sequence } = nextBackup(begun);
  const file = fileOf({ id, kind });
  wipeScratch();
  try {
    const dump = join(SCRATCH_FOLDER, "plain.dump");
    const snapshot = await dumpSnapshot(settings, dump);
    await readBack(dump);
    const oneTime = await makeIdentity();
    await encrypt(dump, partialPath(file), [...settings.recipients, oneTime.recipient]);
    // From here on there is only what the recipients would have.
    rmSync(dump);
    const path = keep(file);
    const measured = await measure(path);
    const found = differences(snapshot, await restoredContents(decryption(path, oneTime), snapshot));
    if (found.length > 0) throw new Error(`the restored copy is not equal: ${found.join("; ")}`);
    const exportedLast = exported().at(-1)?.receipt;
    const receipt: Receipt = {
      schema: 1,
      id,
      sequence,
      kind,
      stack: settings.stack,
      database: settings.database.name,
      systemIdentifier: snapshot.systemIdentifier,
      lsn: snapshot.lsn,
      file,
      ...measured,
      recipients: settings.recipients,
      level: "restored locally",
      tables: Object.keys(snapshot.tables).length,
      rows: rowCount(snapshot.tables),
      contents: contentHash(snapshot.tables),
      roles: snapshot.roles,
      locale: snapshot.locale,
      ...(exportedLast ? { settings: { id: exportedLast.id, sha256: exportedLast.sha256 } } : {}),
      begun: begun.toISOString(),
      ended: new Date().toISOString(),
    };
    return { signed: writeReceipt(receipt, key), pruned: prune(settings.keep, snapshot.systemIdentifier) };
  } finally {
    rmSync(partialPath(file), { force: true });
    wipeScratch();
  }
}
