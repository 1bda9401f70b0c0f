import { sha256 } from "../../operations/archive/content";
import { isSignedBy, type SignedExport } from "../../operations/backup/receipt";
import type { SignExportRequest, TakenExport } from "../../operations/backup/sidecar";
import { appendAudit } from "../audit";
import { refusal } from "../exit";
import type { Session } from "../session";
import { bundleDigest, gatherBundle, tarOfBundle } from "./bundle";
import { faultsOf } from "./judgement";
import { seal } from "./seal";
import { trustedReceiptKey } from "./sidecar";
import { BackupStore } from "./store";

/**
 * As `exportSettings`, before an update.
 * @param emergency reason for which the update is made without an export too, which is recorded
 * @throws CliError when the export cannot be made: what went before must be in the backup before anything is changed
 */
export async function exportBefore(session: Session, emergency: string | undefined): Promise<void> {
  try {
    await exportSettings(session);
  } catch (error) {
    const text = `settings and keys cannot be exported into the backup: ${(error as Error).message}`;
    if (emergency === undefined)
      throw refusal(
        `nothing was changed: ${text}\nCorrect the cause, or go on without by --emergency "reason", which is recorded.`,
      );
    appendAudit(session.context, "emergency", { reason: emergency, export: "none" });
    session.say(`${text}\nThe update is made without: ${emergency}`);
  }
}

/**
 * As `exportSettings`, after an update that succeeded: the state and the keys that it made are not in the one before.
 * @returns whether they are in the backup; if not, that was said
 */
export async function exportAfter(session: Session): Promise<boolean> {
  try {
    await exportSettings(session);
    return true;
  } catch (error) {
    session.say(
      `\nThe update succeeded, but settings and keys as they are now are not in the backup: ${(error as Error).message}\n` +
        "Correct the cause, then run `up` again.",
    );
    return false;
  }
}

/**
 * Exports what rebuilds the stack into the volume of its backups, encrypted here to the recipients of its backups: what
 * gets there is ciphertext. Only what was read back, decrypted and found equal is signed, and counts. What is there as it
 * is now already, whole, is not exported again. Does nothing for a stack without backups or without their volume yet.
 * @returns whether an export was made
 * @throws OperationError, CliError or Error with the step's own message; the exports that are there stay
 */
export async function exportSettings(session: Session): Promise<boolean> {
  const { context, config, say } = session;
  const { backup } = config.settings;
  if (!backup) return false;
  const store = await BackupStore.find(context.stack, config.settings, backup);
  if (!store) return false;
  const { exports, publicKey } = await store.list();
  if (!exports) {
    say(
      "the backup sidecar's image is from before exports of settings: settings and keys are in no backup until backup.image is a newer one",
    );
    return false;
  }
  // Not kept: a restore trusts what is known here, which must not become whichever key the store has at an update.
  const key = trustedReceiptKey(context, config.settings) ?? publicKey;
  const files = await gatherBundle(session, key);
  const contents = bundleDigest(files, backup.recipients);
  if (await isThere(store, exports.at(-1), contents, key)) return false;
  const tar = await tarOfBundle(files);
  const sealed = await seal(tar, backup.recipients);
  const taken = (await store.tell("take-export", sealed.bytes)) as TakenExport;
  const back = await store.read(taken.file);
  if (sha256(back) !== sha256(sealed.bytes) || !tar.equals(await sealed.open(back)))
    throw new Error(`${taken.id} is not what was sent when it is read back`);
  const request: SignExportRequest = {
    ...taken,
    sha256: sha256(back),
    bytes: back.length,
    stack: context.stack,
    recipients: backup.recipients,
    contents,
    keep: backup.keep,
  };
  const signed = (await store.tell("sign-export", JSON.stringify(request))) as SignedExport;
  const faults = faultsOf(signed, key, sha256(back));
  if (faults.length > 0) throw new Error(`${taken.id}: ${faults.join("; ")}`);
  say(`settings and keys are in the backup: ${taken.id}`);
  return true;
}

/** Whether an export holds the same, is signed, and is whole where it lies. */
async function isThere(
  store: BackupStore,
  newest: SignedExport | undefined,
  contents: string,
  key: string,
): Promise<boolean> {
  if (newest?.receipt.contents !== contents || !isSignedBy(newest, key)) return false;
  const bytes = await store.read(newest.receipt.file).catch(() => undefined);
  return bytes !== undefined && faultsOf(newest, key, sha256(bytes)).length === 0;
}
