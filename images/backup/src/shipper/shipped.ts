import type { KeyObject } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  type CopyPlace,
  type OffsiteTarget,
  SHIPPER_FOLDER,
  type ShippingListing,
  type ShippingReceipt,
  type SignedShipping,
  targetText,
} from "../../../../operations/backup/offsite";
import { publicKeyText, signReceipt } from "../../../../operations/backup/receipt";
import { PARTIAL, writeDurably } from "../durable";
import { openKey } from "../store";

const SIGNING_KEY = join(SHIPPER_FOLDER, "receipts.key");
const PLACE = join(SHIPPER_FOLDER, "place");
const LOOKED = join(SHIPPER_FOLDER, "looked");
const DAMAGED = ".damaged";

const pathOf = (id: string): string => join(SHIPPER_FOLDER, `${id}.json`);

/** The shipper's key, made with its volume; partial files of a run that was killed go. */
export function openShipped(): KeyObject {
  for (const name of readdirSync(SHIPPER_FOLDER))
    if (name.endsWith(PARTIAL)) rmSync(join(SHIPPER_FOLDER, name));
  return openKey(SIGNING_KEY);
}

/** When the shipper's volume was made, ms since the epoch. */
export function shippedSince(): number {
  return statSync(SIGNING_KEY).mtimeMs;
}

/** The repository that was opened last; undefined when none was, or when it is not known any more. */
export function lastPlace(): CopyPlace | undefined {
  try {
    return JSON.parse(readFileSync(PLACE, "utf8")) as CopyPlace;
  } catch {
    return undefined;
  }
}

/** Notes which repository a target has. What was damaged in another one is none of this one's copies. */
export function notePlace(place: CopyPlace): void {
  const last = lastPlace();
  if (last?.target === place.target && last.repository === place.repository) return;
  damaged().forEach(forgetDamaged);
  writeDurably(PLACE, JSON.stringify(place));
}

/** Notes that what is off the host was looked at. */
export function noteLooked(): void {
  writeDurably(LOOKED, "");
}

/**
 * Whether a period has passed since what is off the host was looked at, or since the volume was made. By the volume, not
 * by the start of this process: one that is started more often than once a period would never look.
 */
export function isLookDue(periodMs: number): boolean {
  const looked = statSync(LOOKED, { throwIfNoEntry: false })?.mtimeMs ?? shippedSince();
  const now = Date.now();
  // The clock was ahead.
  return now - looked >= periodMs || looked > now;
}

/**
 * All receipts that can be read of copies in the repository which the target had when it was opened last, oldest proof
 * first. Others count as none: their copies are at a target that was given up, or were lost with the target's disk.
 * @param target as `targetText` gives it
 */
export function shipped(target: string): SignedShipping[] {
  const place = lastPlace();
  if (place?.target !== target) return [];
  return readdirSync(SHIPPER_FOLDER)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(SHIPPER_FOLDER, name), "utf8")) as SignedShipping];
      } catch {
        // As if it had not been sent: what is there is fetched and compared anew.
        return [];
      }
    })
    .filter(({ receipt }) => receipt.target === target && receipt.repository === place.repository)
    .sort((a, b) => (a.receipt.ended < b.receipt.ended ? -1 : 1));
}

/** Signs for a copy that was fetched and found equal; one that was damaged before is mended by that. */
export function noteShipped(receipt: ShippingReceipt, key: KeyObject): void {
  writeDurably(pathOf(receipt.id), `${JSON.stringify(signReceipt(receipt, key), undefined, 2)}\n`);
  rmSync(join(SHIPPER_FOLDER, `${receipt.id}${DAMAGED}`), { force: true });
}

/** A copy that is not what was sent counts as none from now on. */
export function noteDamaged(id: string): void {
  writeDurably(join(SHIPPER_FOLDER, `${id}${DAMAGED}`), "");
  rmSync(pathOf(id), { force: true });
}

/** Ids of damaged copies. */
export function damaged(): string[] {
  return readdirSync(SHIPPER_FOLDER)
    .filter((name) => name.endsWith(DAMAGED))
    .map((name) => name.slice(0, -DAMAGED.length))
    .sort();
}

/** Forgets a damaged copy of what is not on the host any more: nothing can be sent in its place. */
export function forgetDamaged(id: string): void {
  rmSync(join(SHIPPER_FOLDER, `${id}${DAMAGED}`), { force: true });
}

/** What there is off the host, by what was proven. @param at where the shipper sends to */
export function shippingListing(at: OffsiteTarget): ShippingListing {
  if (!existsSync(SIGNING_KEY)) throw new Error("the shipper has not started yet");
  const target = targetText(at);
  const place = lastPlace();
  return {
    publicKey: publicKeyText(openKey(SIGNING_KEY)),
    target,
    ...(place?.target === target ? { repository: place.repository } : {}),
    shipped: shipped(target),
    damaged: damaged(),
  };
}
