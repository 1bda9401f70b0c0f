import { join } from "node:path";
import type { Settings } from "../../config/settings";
import { isSignedBy } from "../../operations/backup/receipt";
import { isLoss, LAG_SECONDS, type WalListing } from "../../operations/backup/wal";
import { dockerTry, findContainers } from "../../operations/docker";
import { type Context, stackOption } from "../context";
import { refusal } from "../exit";
import { ageText } from "../measures";
import { seenKey } from "./sidecar";

/** The archive of the log, as its sidecar says. */
export interface Archive extends WalListing {
  /** Public key that its receipts must be signed with. */
  trustedKey: string;
}

/**
 * Asks the sidecar that keeps the log. One that does not answer is said on stderr.
 * @returns undefined for a stack without point in time recovery; a text when it is not known what there is
 */
export async function archiveOf(
  context: Context,
  settings: Pick<Settings, "backup" | "hosts" | "database">,
): Promise<Archive | string | undefined> {
  if (!settings.backup?.pointInTime) return undefined;
  const endpoint = settings.hosts[settings.database.host]!.docker;
  const labels = { "strongroom.stack": context.stack, "strongroom.role": "wal" };
  const found = (await findContainers(endpoint, labels)).find(({ State }) => State.Running);
  if (!found)
    return `the sidecar that keeps the log does not run: ./strongroom up${stackOption(context.stack)}`;
  const asked = await dockerTry(endpoint, ["exec", found.Id, "node", "/app/main.js", "wal-list"]);
  if (asked.exitCode !== 0) return `the sidecar that keeps the log does not answer: ${asked.stderr.trim()}`;
  const listing = JSON.parse(asked.stdout) as WalListing;
  return { ...listing, trustedKey: trustedArchiveKey(context, settings, listing.publicKey)! };
}

/** What speaks against the archive: that it is behind, or that a part of the log is in none. */
export function archiveFaults({ stretches, trustedKey }: Archive, now: Date): string[] {
  const last = stretches.at(-1);
  if (!last) return ["nothing of the log is archived yet"];
  const { stretch, bases, reached } = last;
  const behind = reached && (now.getTime() - Date.parse(reached.receipt.time)) / 1000;
  return [
    ...(behind === undefined ? ["nothing of the log is archived yet"] : []),
    ...(behind !== undefined && behind > LAG_SECONDS
      ? [`the log is archived up to ${reached!.receipt.time} only, ${ageText(behind)} ago`]
      : []),
    ...(bases.length > 0
      ? []
      : [
          isLoss(stretch.cause)
            ? `there is a gap in the log before ${stretch.began} (${stretch.cause}), and no base backup from after it yet`
            : "there is no base backup yet",
        ]),
    ...([...bases, ...(reached ? [reached] : [])].every((signed) => isSignedBy(signed, trustedKey))
      ? []
      : ["receipts are not signed by the trusted key"]),
  ];
}

/** Which times can be restored, the oldest first: from when and up to when, ISO. */
export function restorableTimes({ stretches }: WalListing): { from: string; to: string }[] {
  return stretches.flatMap(({ bases, reached }) => {
    const first = bases[0]?.receipt.consistent;
    return first !== undefined && reached && reached.receipt.time >= first
      ? [{ from: first, to: reached.receipt.time }]
      : [];
  });
}

/**
 * Public key that the archive's receipts must be signed with: the configured one, else the first that this machine saw.
 * @param offered the key that it signs with now: trusted, and kept, if none was seen before
 */
function trustedArchiveKey(
  { stackDir }: Pick<Context, "stackDir">,
  { backup }: Pick<Settings, "backup">,
  offered?: string,
): string | undefined {
  return backup?.pointInTime?.receiptKey ?? seenKey(join(stackDir, "wal-receipts.pub"), offered);
}

/** As `trustedArchiveKey`, for a restore: not whichever key the archive has now. @throws CliError when none is known */
export function requiredArchiveKey(
  context: Pick<Context, "stack" | "stackDir">,
  settings: Pick<Settings, "backup">,
): string {
  const key = trustedArchiveKey(context, settings);
  if (key !== undefined) return key;
  throw refusal(
    `nothing was changed: no key is known by which to trust the archive of the log of stack ${context.stack}: this machine ` +
      "has seen none before. Give backup.pointInTime.receiptKey, as `./strongroom backup list --json` showed it before",
  );
}
