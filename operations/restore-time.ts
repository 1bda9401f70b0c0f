import { DATA_VOLUME } from "../components/database/server";
import { WAL_FOLDER, type WalAnswer, type WalRequest } from "./backup/wal";
import { LOG_FOLDER } from "./backup/wal-restore";
import { position } from "./backup/wal-segments";
import { literal, psql } from "./database-server";
import { containersWith, dockerTry, removeContainers } from "./docker";
import { OperationError } from "./errors";
import {
  fillVolume,
  inVolume,
  LONG_SECONDS,
  restoreFlags,
  type RestoreTarget,
  startServer,
  stopServer,
} from "./restore";

/** What a server says that has read all of the log and met nothing that was committed later than the time. */
const ENDED_BEFORE = "recovery ended before configured recovery target was reached";

/**
 * Longest record that may have been cut off at the end of what is archived, bytes: one that is whole is replayed, and
 * what is not whole was not committed.
 */
const CUT_OFF_BYTES = 1024 ** 2;

/**
 * Makes sure that a time can be restored from the archive, and that the identity opens it. Changes nothing.
 * @throws OperationError with what is wrong, and with what can be restored
 */
export function checkTime(target: RestoreTarget, request: WalRequest): Promise<WalAnswer> {
  return tell(target, "wal-check", request, []);
}

/**
 * Fills the new volume with the newest base backup from before the time, and lets the database's own server, on no
 * network, read the log up to that time.
 * @throws OperationError with the step's own message; the volume is gone then
 */
export function restoreTime(target: RestoreTarget, request: WalRequest): Promise<void> {
  return fillVolume(target, async () => {
    const volume = ["--mount", `type=volume,source=${target.volume},target=${DATA_VOLUME}`];
    const answer = await tell(target, "wal-fill", request, volume);
    const container = await recover(target, request.time, answer);
    await assertSorted(target, container);
    await stopServer(target.endpoint, container);
    await inVolume(target, ["rm", "-rf", LOG_FOLDER], "writable");
  });
}

/** @returns the server's container, writable at that time */
async function recover(target: RestoreTarget, time: string, { lsn }: WalAnswer): Promise<string> {
  const read = `cp "${LOG_FOLDER}/%f" "%p" || cp "${LOG_FOLDER}/%f.partial" "%p"`;
  const settings = [
    ...[`restore_command=${read}`, "recovery_target_timeline=current", "recovery_target_action=promote"],
    // It answers when it is done, and needs no settings as large as those of then.
    "hot_standby=off",
  ];
  const start = (more: string[]) =>
    startServer(
      target,
      [...settings, ...more].flatMap((each) => ["-c", each]),
      LONG_SECONDS,
    );
  try {
    const container = await start([`recovery_target_time=${serverTime(time)}`]);
    const last = await ask(
      target,
      container,
      `SELECT coalesce(pg_last_xact_replay_timestamp() <= ${literal(time)}, true)`,
    );
    if (last !== "t") throw new OperationError(`the server has gone on beyond ${time}`);
    return container;
  } catch (error) {
    if (!(error as Error).message.includes(ENDED_BEFORE)) throw error;
  }
  // Nothing was committed between that time and the end of the archive, so the end is how it was then.
  const labels = { "strongroom.stack": target.stack, "strongroom.role": "restore" };
  await removeContainers(target.endpoint, await containersWith(target.endpoint, labels));
  const container = await start([]);
  const end = position(await ask(target, container, "SELECT pg_last_wal_replay_lsn()"));
  if (end + BigInt(CUT_OFF_BYTES) < position(lsn))
    throw new OperationError(`the log ends before ${lsn}, up to where it was archived`);
  return container;
}

/** A time in UTC as a server takes it in its settings, which it reads before it knows the names of time zones, Z too. */
export function serverTime(time: string): string {
  return time.replace("T", " ").replace("Z", "+00");
}

/** @throws OperationError when the image's C library sorts otherwise than the one that built the indexes */
async function assertSorted(target: RestoreTarget, container: string): Promise<void> {
  const differs = "datcollversion <> pg_database_collation_actual_version(oid)";
  const count = await ask(target, container, `SELECT count(*) FROM pg_database WHERE ${differs}`);
  if (count !== "0")
    throw new OperationError(
      "the restored database was sorted by another C library than this image has: indexes would be wrong; use the image of then",
    );
}

async function ask({ endpoint, server }: RestoreTarget, container: string, sql: string): Promise<string> {
  return (await psql({ endpoint, container, database: server.database }, `${sql};`)).trim();
}

/** Runs a command of the sidecar's program on the archive, which it cannot write. */
async function tell(
  { endpoint, stack, backup, archive }: RestoreTarget,
  command: "wal-check" | "wal-fill",
  request: WalRequest,
  flags: string[],
): Promise<WalAnswer> {
  const args = [
    ...["run", "--rm", "--interactive", "--network=none"],
    ...restoreFlags(stack, backup.memoryMiB),
    ...flags,
    ...["--mount", `type=volume,source=${archive},target=${WAL_FOLDER},readonly`],
    ...["--entrypoint=node", backup.image, "/app/main.js", command],
  ];
  // In its memory and this process's alone: neither an argument nor a variable.
  const input = JSON.stringify(request);
  const asked = await dockerTry(endpoint, args, { input, timeoutSeconds: LONG_SECONDS });
  if (asked.exitCode !== 0)
    throw new OperationError(
      `${request.time} cannot be restored: ${asked.stderr.trim() || `exit code ${asked.exitCode}`}`,
    );
  return JSON.parse(asked.stdout) as WalAnswer;
}
