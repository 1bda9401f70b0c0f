import { text } from "node:stream/consumers";
import { volumeName } from "../../components/labels";
import { BACKUPS_VOLUME, WAL_VOLUME } from "../../components/backup/sidecar";
import { serverArguments, serverEnvironment } from "../../components/database/server";
import type { Settings } from "../../config/settings";
import type { RestoreRequest } from "../../operations/backup/sidecar";
import { isTime, type WalRequest } from "../../operations/backup/wal";
import { OperationError } from "../../operations/errors";
import { checkBackup, restoreState, type RestoreTarget, restoreVolume } from "../../operations/restore";
import { checkTime, restoreTime } from "../../operations/restore-time";
import { checkRoom } from "../../operations/restore-room";
import { requiredReceiptKey } from "../backup/sidecar";
import { requiredArchiveKey } from "../backup/wal";
import { type Context, stackOption } from "../context";
import { refusal } from "../exit";

/** A restore that the configuration asks for, that was checked and is yet to be made. */
export interface PendingRestore {
  /** For people. */
  text: string;
  /** Fills the new volume. @throws OperationError with the step's message; the volume is gone then */
  run(): Promise<void>;
}

/**
 * Makes sure, before anything is touched, that the restore that the configuration asks for can be made: the backup is
 * the stack's own and as it was proven, and the private key opens it.
 * @param readIdentities the private keys, as `age-keygen` writes them; undefined when none were given. The keys stay in
 * memory.
 * @returns undefined when no restore is asked for, or it was made before
 * @throws CliError when it cannot be made
 */
export async function pendingRestore(
  context: Pick<Context, "stack" | "stackDir">,
  settings: Settings,
  readIdentities: (() => Promise<string>) | undefined,
): Promise<PendingRestore | undefined> {
  const target = targetOf(context.stack, settings);
  if (!target) return undefined;
  try {
    if ((await restoreState(target)) === "restored") return undefined;
    if (!readIdentities)
      throw refusal(
        `nothing was changed: the volume ${target.volume} is to be filled ${isTime(target.from) ? "as of" : "from backup"} ${target.from}, which takes a recipient's ` +
          `private key: ./strongroom up${stackOption(context.stack)} --identity < KEY-FILE`,
      );
    const identity = identitiesIn(await readIdentities());
    if (isTime(target.from)) return await pendingTime(context, settings, target, identity);
    const publicKey = requiredReceiptKey(context, settings);
    const { stack } = context;
    const request: RestoreRequest = {
      id: target.from,
      stack,
      database: target.server.database,
      publicKey,
      identity,
    };
    const { rows, tables, bytes } = await checkBackup(target, request);
    await checkRoom(target, bytes);
    return {
      text: `backup ${target.from} is whole and opens: ${rows} rows in ${tables} tables, ${bytes} bytes`,
      run: () => restoreVolume(target, request),
    };
  } catch (error) {
    if (error instanceof OperationError) throw refusal(`nothing was changed: ${error.message}`);
    throw error;
  }
}

/** As `pendingRestore`, of a time. @throws OperationError when it cannot be made */
async function pendingTime(
  context: Pick<Context, "stack" | "stackDir">,
  settings: Settings,
  target: RestoreTarget,
  identity: string,
): Promise<PendingRestore> {
  const request: WalRequest = {
    time: target.from,
    stack: context.stack,
    database: target.server.database,
    publicKey: requiredArchiveKey(context, settings),
    identity,
  };
  const { base, consistent, reached, bytes } = await checkTime(target, request);
  await checkRoom(target, bytes);
  return {
    text: `${target.from} can be restored: from ${base}, of ${consistent}, and the log, which reaches up to ${reached}`,
    run: () => restoreTime(target, request),
  };
}

/** What a command reads its private keys from. @throws CliError on a terminal, where they would be shown */
export async function identitiesFromStdin(): Promise<string> {
  if (process.stdin.isTTY) throw refusal("--identity: give the private key on stdin: --identity < KEY-FILE");
  return text(process.stdin);
}

/** The private keys in a text as `age-keygen` writes it. @throws CliError without quoting anything of it */
export function identitiesIn(given: string): string {
  const found = given.split(/\r?\n/).filter((line) => /^AGE-SECRET-KEY-1[0-9A-Z]+$/.test(line.trim()));
  if (found.length === 0)
    throw refusal("--identity: there is no private age key (AGE-SECRET-KEY-1…) on stdin");
  return found.map((line) => line.trim()).join("\n");
}

function targetOf(stack: string, { database, backup, hosts }: Settings): RestoreTarget | undefined {
  if (!database.restored || !backup) return undefined;
  return {
    endpoint: hosts[database.host]!.docker,
    stack,
    volume: volumeName(stack, database.volume),
    from: database.restored.from,
    server: {
      image: database.image.reference,
      database: database.name,
      command: serverArguments(database),
      envs: serverEnvironment(database),
      memoryMiB: database.limits.memoryMiB,
    },
    backup: {
      image: backup.image.reference,
      volume: volumeName(stack, BACKUPS_VOLUME),
      memoryMiB: backup.limits.memoryMiB,
    },
    ...(backup.pointInTime ? { archive: volumeName(stack, WAL_VOLUME) } : {}),
  };
}
