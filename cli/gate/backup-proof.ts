import type { BackupSettings, Settings } from "../../config/settings";
import { isSignedBy, type Receipt, type SignedReceipt } from "../../operations/backup/receipt";
import { fileOf, type StoreListing } from "../../operations/backup/sidecar";
import { psql } from "../../operations/database-server";
import { findContainers } from "../../operations/docker";
import { OperationError } from "../../operations/errors";
import type { BackupProof } from "../../policies/gate/rule";
import { reasonsForBackup } from "../../policies/gate/rules/chg-backup-fresh";
import type { Update } from "../../policies/gate/update";
import { Unjudgeable } from "../../policies/gate/values";
import { Sidecar, trustedReceiptKey } from "../backup/sidecar";
import type { Context } from "../context";
import { CliError } from "../exit";

/** A backup may be this old whatever the period, seconds: one that is made every minute need not be a minute old. */
const LEAST_LIMIT_SECONDS = 3_600;
/** How far the hosts' clocks may differ, seconds. */
const CLOCK_SECONDS = 300;
/** Longest that a database may take to say which one it is. */
const ASK_SECONDS = 20;

/** Oldest that a backup may be, seconds: two periods, as for the sidecar's own health. */
export function limitSecondsOf({ periodSeconds }: Pick<BackupSettings, "periodSeconds">): number {
  return Math.max(2 * periodSeconds, LEAST_LIMIT_SECONDS);
}

/** Whether a proof of a backup has to be looked for: what cannot be told may need one. */
export function needsBackup(update: Update): boolean {
  try {
    return reasonsForBackup(update).length > 0;
  } catch (error) {
    if (!(error instanceof Unjudgeable)) throw error;
    return true;
  }
}

/**
 * Asks sidecar and database of a stack with backups for the newest one that is proven. Receipts are read, not made; of
 * files name and size are looked at, since reading them all is for `backup verify`.
 * @param asksAgain whether the update will look again
 */
export async function backupProof(
  context: Context,
  settings: Settings,
  backup: BackupSettings,
  asksAgain: boolean,
  now: Date,
): Promise<BackupProof> {
  let sidecar: Sidecar;
  try {
    sidecar = await Sidecar.find(context, { settings });
  } catch (error) {
    if (error instanceof OperationError) return { unseen: error.message, asksAgain };
    if (error instanceof CliError) return { missing: "its backup sidecar does not run" };
    throw error;
  }
  try {
    const [listing, cluster] = await Promise.all([sidecar.list(), clusterOf(context, settings)]);
    const sought = { stack: context.stack, database: settings.database.name, cluster, now };
    const key = trustedReceiptKey(context, settings) ?? listing.publicKey;
    const newest = newestProven(listing, key, sought);
    if (!newest) return { missing: missingText(listing) };
    if ((await sidecar.bytes(newest.file)) !== newest.bytes)
      return { missing: `the file of its newest backup, ${newest.id}, is not what its receipt says` };
    return { begun: new Date(newest.begun), limitSeconds: limitSecondsOf(backup) };
  } catch (error) {
    if (!(error instanceof OperationError || error instanceof SyntaxError)) throw error;
    return { missing: `its backups could not be read: ${error.message}` };
  }
}

/** What a receipt must be of. */
interface Sought {
  stack: string;
  database: string;
  /** Postgres' identifier of the cluster in service. */
  cluster: string;
  now: Date;
}

/** The newest backup of this very database whose receipt the key has signed. One from the future proves nothing. */
export function newestProven(
  { backups }: Pick<StoreListing, "backups">,
  publicKey: string,
  { stack, database, cluster, now }: Sought,
): Receipt | undefined {
  const latest = now.getTime() + CLOCK_SECONDS * 1_000;
  const isMeant = ({ receipt }: SignedReceipt) =>
    receipt.stack === stack &&
    receipt.database === database &&
    receipt.systemIdentifier === cluster &&
    receipt.level === "restored locally" &&
    receipt.file === fileOf(receipt) &&
    Date.parse(receipt.begun) <= latest;
  return backups
    .filter((signed) => isMeant(signed) && isSignedBy(signed, publicKey))
    .map(({ receipt }) => receipt)
    .sort((a, b) => Date.parse(b.begun) - Date.parse(a.begun))[0];
}

function missingText({ backups }: StoreListing): string {
  return backups.length === 0
    ? "none of its backups was ever proven"
    : "no receipt, signed by the trusted key, is of this stack's database in service";
}

/** Postgres' identifier of the cluster in service. @throws OperationError when there is not exactly one, or it is not well */
async function clusterOf({ stack }: Pick<Context, "stack">, { database, hosts }: Settings): Promise<string> {
  const endpoint = hosts[database.host]!.docker;
  const labels = { "strongroom.stack": stack, "strongroom.role": "database" };
  const running = (await findContainers(endpoint, labels)).filter(({ State }) => State.Running);
  if (running.length !== 1) throw new OperationError(`${running.length} servers of the database run`);
  const server = { endpoint, container: running[0]!.Id, database: database.name };
  return (await psql(server, "SELECT system_identifier FROM pg_control_system()", ASK_SECONDS)).trim();
}
