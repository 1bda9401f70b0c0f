import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../../../../operations/backup/measure";
import { isSignedBy } from "../../../../operations/backup/receipt";
import type { Stretch, WalAnswer, WalRequest } from "../../../../operations/backup/wal";
import { planRestore, type WalPlan } from "../../../../operations/backup/wal-plan";
import { SEGMENT_BYTES } from "../../../../operations/backup/wal-segments";
import { DATA_FOLDER, LOG_FOLDER } from "../../../../operations/backup/wal-restore";
import { decryption } from "../seal";
import { runTool } from "../tool";
import { archivePath, histories, logReceipt, stretches, walListing } from "./archive";
import { unpackFile, unpackFolder } from "./pack";

/**
 * Makes sure that a time can be restored: what it takes is there, signed and as it was archived, and the identity opens
 * the base backup. Changes nothing.
 * @throws Error with what is wrong, and with what can be restored
 */
export async function checkTime(request: WalRequest): Promise<WalAnswer> {
  const plan = planRestore(walListing(), request);
  const { stretch, base, segments } = plan;
  await assertWhole(stretch, base);
  for (const name of segments) await assertLog(stretch, name, request);
  const { command, args, input } = decryption(archivePath(stretch, base.file), request);
  await runTool(command, ["--output", "/dev/null", ...args], { input });
  return answerOf(plan);
}

/**
 * Puts the base backup, and the log since, in plain on the new volume: the database's own server does the rest.
 * @throws Error with what is wrong; what is on the volume is worth nothing then
 */
export async function fillTime(request: WalRequest): Promise<WalAnswer> {
  await checkTime(request);
  for (const folder of [DATA_FOLDER, LOG_FOLDER]) mkdirSync(folder, { mode: 0o700 });
  const plan = await takeUnfinished(request);
  const { stretch, base, segments } = plan;
  for (const name of segments)
    await unpackFile(decryption(archivePath(stretch, `${name}.age`), request), join(LOG_FOLDER, name));
  // Those of all its timelines: a server takes a number for the new one that nobody has had.
  for (const other of stretches().filter((each) => each.systemIdentifier === stretch.systemIdentifier))
    for (const name of histories(other)) {
      await assertLog(other, name, request);
      await unpackFile(decryption(archivePath(other, `${name}.age`), request), join(LOG_FOLDER, name));
    }
  await unpackFolder(decryption(archivePath(stretch, base.file), request), DATA_FOLDER);
  await runTool("pg_verifybackup", ["--quiet", DATA_FOLDER]);
  writeFileSync(join(DATA_FOLDER, "recovery.signal"), "");
  return answerOf(plan);
}

/** How often a copy of the unfinished segment may give way to a newer one while it is read. */
const TRIES = 5;

/** The plan with the copy of the unfinished segment that is there now, on the new volume: the archive goes on. */
async function takeUnfinished(request: WalRequest, tries = TRIES): Promise<WalPlan> {
  const plan = planRestore(walListing(), request);
  const { partial } = plan.reached;
  if (!partial) return plan;
  try {
    await assertWhole(plan.stretch, partial);
    const to = join(LOG_FOLDER, `${partial.name}.partial`);
    await unpackFile(decryption(archivePath(plan.stretch, partial.file), request), to);
    return plan;
  } catch (error) {
    if (tries === 1) throw error;
    return takeUnfinished(request, tries - 1);
  }
}

async function assertLog(stretch: Stretch, name: string, { publicKey }: WalRequest): Promise<void> {
  const signed = logReceipt(stretch, name);
  const isOwn =
    signed !== undefined &&
    isSignedBy(signed, publicKey) &&
    signed.receipt.name === name &&
    signed.receipt.stretch === stretch.number;
  if (!isOwn) throw new Error(`the receipt of ${name} is not signed by the trusted key`);
  await assertWhole(stretch, { ...signed.receipt, file: `${name}.age` });
}

async function assertWhole(
  stretch: Stretch,
  { file, sha256 }: { file: string; sha256: string },
): Promise<void> {
  if ((await measure(archivePath(stretch, file))).sha256 !== sha256)
    throw new Error(`${file} is not what was archived: its SHA-256 differs`);
}

function answerOf({ base, reached, segments }: WalPlan): WalAnswer {
  return {
    base: base.id,
    consistent: base.consistent,
    reached: reached.time,
    lsn: reached.lsn,
    bytes: base.clusterBytes + (segments.length + 1) * SEGMENT_BYTES,
  };
}
