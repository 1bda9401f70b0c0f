import type { KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { measure } from "../../../../operations/backup/measure";
import {
  type CopyPlace,
  EXPORT_TAG,
  type ShipperSettings,
  targetText,
} from "../../../../operations/backup/offsite";
import type { SignedExport, SignedReceipt } from "../../../../operations/backup/receipt";
import { EXPORTS_FOLDER, STORE_FOLDER } from "../../../../operations/backup/sidecar";
import { log } from "../../../log";
import { exported } from "../exports";
import { receipts } from "../store";
import type { Repository } from "./restic";
import {
  damaged,
  forgetDamaged,
  lastPlace,
  noteDamaged,
  noteLooked,
  notePlace,
  noteShipped,
  shipped,
} from "./shipped";

type Archive = SignedReceipt | SignedExport;

/** The copy off the host is not what was sent; others may be. */
export class DamagedCopy extends Error {}

/** Proven backups and exports on the host, the newest of each first, then the others from the newest on. */
export function archivesOnHost(): Archive[] {
  const [backups, exports] = [receipts(), exported()];
  const newest = [exports.at(-1), backups.at(-1)].filter((each) => each !== undefined);
  const others = [...backups.slice(0, -1), ...exports.slice(0, -1)];
  others.sort((a, b) => (a.receipt.ended < b.receipt.ended ? 1 : -1));
  return [...newest, ...others];
}

/**
 * Those that no receipt says to be at the target as they are now, signed by the same key.
 * @param target as `targetText` gives it
 */
export function pending(archives: Archive[], target: string): Archive[] {
  const known = new Map(shipped(target).map(({ receipt }) => [receipt.id, receipt]));
  const broken = new Set(damaged());
  return archives.filter(({ receipt: { id, sha256 }, signature }) => {
    const copy = known.get(id);
    return (copy?.sha256 !== sha256 || copy.signature !== signature) && !broken.has(id);
  });
}

/**
 * Sends what is not off the host yet, the newest first, and proves each copy by fetching it again. One that cannot be
 * relied on keeps no other from being sent.
 * @throws Error when the target cannot be reached; what was proven up to then stays so
 */
export async function shipPending(
  settings: ShipperSettings,
  repository: Repository,
  key: KeyObject,
): Promise<void> {
  const place = await open(settings, repository);
  await each(pending(archivesOnHost(), place.target), settings.stack, place, repository, key);
}

/**
 * Looks again at what is off the host: at each damaged copy, which is sent anew, and at the one that was looked at
 * longest ago.
 * @throws Error when the target cannot be reached
 */
export async function shipAgain(
  settings: ShipperSettings,
  repository: Repository,
  key: KeyObject,
): Promise<void> {
  const place = await open(settings, repository);
  const archives = archivesOnHost();
  const there = new Map(archives.map((archive) => [archive.receipt.id, archive]));
  for (const id of damaged()) if (!there.has(id)) forgetDamaged(id);
  const oldest = shipped(place.target).find(({ receipt }) => there.has(receipt.id));
  const chosen = [...damaged(), ...(oldest ? [oldest.receipt.id] : [])];
  await each(
    chosen.map((id) => there.get(id)!),
    settings.stack,
    place,
    repository,
    key,
  );
  noteLooked();
}

/** Notes which repository the target has now: receipts of another one count no more. */
async function open({ target }: ShipperSettings, repository: Repository): Promise<CopyPlace> {
  const place = { target: targetText(target), repository: await repository.open() };
  const last = lastPlace();
  if (last?.target === place.target && last.repository !== place.repository)
    log("warn", "repository-changed", { ...place, before: last.repository });
  notePlace(place);
  return place;
}

async function each(
  archives: Archive[],
  stack: string,
  place: CopyPlace,
  repository: Repository,
  key: KeyObject,
): Promise<void> {
  if (archives.length === 0) return;
  // The newest copy of each first: the others were found damaged.
  const there = (await repository.snapshots(stack)).reverse();
  for (const archive of archives) {
    const { id } = archive.receipt;
    try {
      const copies = there
        .filter(({ tags }) => tagsOf(archive).every((tag) => tags?.includes(tag)))
        .map((copy) => copy.id);
      await ship(archive, copies, stack, place, repository, key);
    } catch (error) {
      // Pruned on the host while it was being sent: the receipt goes first.
      if (!existsSync(receiptPathOf(archive))) continue;
      if (!(error instanceof DamagedCopy)) throw error;
      noteDamaged(id);
      log("error", "copy-damaged", { id, message: error.message });
    }
  }
}

async function ship(
  archive: Archive,
  copies: string[],
  stack: string,
  place: CopyPlace,
  repository: Repository,
  key: KeyObject,
): Promise<void> {
  const { id, sha256, ended } = archive.receipt;
  const path = pathOf(archive);
  const isBroken = damaged().includes(id);
  let [version, fault] = await firstEqual(archive, copies, repository);
  if (version === undefined && (fault === undefined || isBroken)) {
    if (!existsSync(path)) throw new DamagedCopy("the file is gone from the host, so it cannot be sent");
    if ((await measure(path)).sha256 !== sha256)
      throw new DamagedCopy("the file on the host is not the one that was proven, so it is not sent");
    log("info", "copy-begun", { id });
    const sent = await repository.send(stack, tagsOf(archive), [path, receiptPathOf(archive)]);
    [version, fault] = await firstEqual(archive, [sent], repository);
  }
  if (version === undefined) throw new DamagedCopy(fault ?? "it is not there after it was sent");
  noteShipped(
    {
      ...{
        schema: 1 as const,
        kind: "shipped" as const,
        id,
        signature: archive.signature,
        stack,
        ...place,
        object: path,
        version,
      },
      sha256,
      bytes: archive.receipt.bytes,
      level: "fetched again from off the host",
      proven: ended,
      ended: new Date().toISOString(),
    },
    key,
  );
  log("info", "copy-proven", { id, version });
}

/** With the file that was proven and its receipt, as another key had signed it: whole, and yet to be sent again. */
const SIGNED_OTHERWISE = "the receipt that was fetched again has another signature";

/**
 * The first of the copies that, fetched again, is what was proven on the host; else what speaks against the last one. One
 * from before the store was taken over, and all receipts signed anew, is no copy, and no damage.
 */
async function firstEqual(
  archive: Archive,
  copies: string[],
  repository: Repository,
): Promise<[string | undefined, string | undefined]> {
  const faults: string[] = [];
  for (const copy of copies) {
    const fault = await faultOf(archive, copy, repository);
    if (fault === undefined) return [copy, undefined];
    faults.push(fault);
  }
  return [undefined, faults.includes(SIGNED_OTHERWISE) ? undefined : faults.at(-1)];
}

/** @throws Error when the target cannot be reached */
async function faultOf(
  archive: Archive,
  id: string,
  repository: Repository,
  tries = 2,
): Promise<string | undefined> {
  try {
    const { sha256 } = await repository.measure(id, pathOf(archive));
    if (sha256 !== archive.receipt.sha256) return "what was fetched again has another SHA-256";
    const { receipt, signature } = JSON.parse(await repository.read(id, receiptPathOf(archive))) as Archive;
    if (!isDeepStrictEqual(receipt, archive.receipt))
      return "the receipt that was fetched again is another one";
    return signature === archive.signature ? undefined : SIGNED_OTHERWISE;
  } catch (error) {
    // Throws when it is the target that is away, and not what is in it that is bad.
    await repository.snapshots();
    // A connection that broke is no damage.
    return tries > 1 ? faultOf(archive, id, repository, tries - 1) : (error as Error).message;
  }
}

/** An export is kept by its second tag for as long as somebody prunes by age: one that stays as it is is sent once. */
function tagsOf({ receipt: { id, kind } }: Archive): string[] {
  return kind === "settings" ? [id, EXPORT_TAG] : [id];
}

function folderOf({ receipt }: Archive): string {
  return receipt.kind === "settings" ? EXPORTS_FOLDER : STORE_FOLDER;
}

function pathOf(archive: Archive): string {
  return join(folderOf(archive), archive.receipt.file);
}

function receiptPathOf(archive: Archive): string {
  return join(folderOf(archive), `${archive.receipt.id}.json`);
}
