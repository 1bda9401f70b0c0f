import { join } from "node:path";
import type { Settings } from "../../config/settings";
import { type ShippingListing, targetText } from "../../operations/backup/offsite";
import { isSignedBy } from "../../operations/backup/receipt";
import { dockerTry, findContainers } from "../../operations/docker";
import { type Context, stackOption } from "../context";
import type { Archive } from "../recover/source";
import { seenKey } from "./sidecar";

/** What is off the host, as the shipper's receipts say; `target` is the one of the configuration. */
export interface Shipping extends ShippingListing {
  /** Public key that the receipts must be signed with. */
  trustedKey: string;
}

/**
 * Asks the stack's shipper. One that does not answer is said on stderr: what is on the host can be told without.
 * @returns undefined for a stack without copies off the host, and when it is not known what there is
 */
export async function shippingOf(context: Context, settings: Settings): Promise<Shipping | undefined> {
  const offsite = settings.backup?.offsite;
  if (!offsite) return undefined;
  const endpoint = settings.hosts[settings.database.host]!.docker;
  const labels = { "strongroom.stack": context.stack, "strongroom.role": "shipper" };
  const found = (await findContainers(endpoint, labels)).find(({ State }) => State.Running);
  const asked = found && (await dockerTry(endpoint, ["exec", found.Id, "node", "/app/main.js", "shipped"]));
  if (asked?.exitCode !== 0) {
    const why = asked ? asked.stderr.trim() : `it does not run: ./strongroom up${stackOption(context.stack)}`;
    process.stderr.write(`the shipper does not say what is off the host: ${why}\n`);
    return undefined;
  }
  const listing = JSON.parse(asked.stdout) as ShippingListing;
  const file = join(context.stackDir, "offsite-receipts.pub");
  const trustedKey = offsite.receiptKey ?? seenKey(file, listing.publicKey)!;
  return { ...listing, target: targetText(offsite), trustedKey };
}

/** Where a backup or export is, for people; undefined for a stack without copies off the host. */
export function placeOf(archive: Archive, shipping: Shipping | undefined): string | undefined {
  if (!shipping) return undefined;
  if (shipping.damaged.includes(archive.receipt.id)) return "host; copy damaged";
  const isCopied = shipping.shipped.some(({ receipt }) => receipt.id === archive.receipt.id);
  return isCopied && copyFaults(archive, shipping).length === 0 ? "host, off host" : "host";
}

/** What speaks against the copy of a backup or export; nothing when there is none yet, or when it is proven. */
export function copyFaults(archive: Archive, shipping: Shipping | undefined): string[] {
  if (!shipping) return [];
  const { id } = archive.receipt;
  if (shipping.damaged.includes(id)) return ["its copy off the host is damaged"];
  const copy = shipping.shipped.find(({ receipt }) => receipt.id === id);
  if (!copy) return [];
  return [
    ...(isSignedBy(copy, shipping.trustedKey)
      ? []
      : ["the receipt of its copy is not signed by the trusted key"]),
    ...(copy.receipt.target === shipping.target && copy.receipt.repository === shipping.repository
      ? []
      : ["its copy is not in the repository that the target has now"]),
    ...(copy.receipt.sha256 === archive.receipt.sha256 ? [] : ["its copy off the host is of another file"]),
    ...(copy.receipt.signature === archive.signature
      ? []
      : ["its copy off the host has a receipt with another signature"]),
  ];
}
