import { psql } from "./database-server";
import { BACKUP_FOLDER } from "./backup/sidecar";
import { docker, findContainers } from "./docker";
import { OperationError } from "./errors";
import { restoreFlags, type RestoreTarget } from "./restore";

/** How long the database in service may take to say how large it is, seconds: it may be what is broken. */
const ANSWER_SECONDS = 10;

/** Bytes of write-ahead log that a restore may leave beside the data: Postgres' default of `max_wal_size`, 1 GB. */
const LOG_BYTES = 1024 ** 3;

/**
 * Makes sure that a restored database has room beside the one in service: a full disk would stop both. It is taken to
 * become as large as the one in service, or if that does not answer as the backup's file, which is less.
 * @param bytes size of the backup's file
 * @throws OperationError when there is less room
 */
export async function checkRoom(target: RestoreTarget, bytes: number): Promise<void> {
  const [free, serving] = await Promise.all([freeBytes(target), servingBytes(target)]);
  const needed = Math.max(bytes, serving) + LOG_BYTES;
  if (free >= needed) return;
  throw new OperationError(
    `the disk of ${target.endpoint} has ${mebibytes(free)} MiB free, and the restored database takes up to ${mebibytes(needed)} MiB beside the one in service: make room there`,
  );
}

/** Where the host's volumes are. */
async function freeBytes({ endpoint, stack, backup, server }: RestoreTarget): Promise<number> {
  const mount = `type=volume,source=${backup.volume},target=${BACKUP_FOLDER},readonly`;
  const out = await docker(endpoint, [
    ...["run", "--rm", "--network=none", ...restoreFlags(stack, 64), "--mount", mount],
    ...["--entrypoint=df", server.image, "-P", "-k", BACKUP_FOLDER],
  ]);
  const available = Number(out.trim().split("\n").at(-1)?.split(/\s+/)[3]);
  if (!Number.isFinite(available)) throw new OperationError(`df on ${endpoint} does not say what is free`);
  return available * 1024;
}

/** 0 when it cannot be asked. */
async function servingBytes({ endpoint, stack, server }: RestoreTarget): Promise<number> {
  const labels = { "strongroom.stack": stack, "strongroom.role": "database" };
  const sizes = (await findContainers(endpoint, labels))
    .filter(({ State }) => State.Status === "running")
    .map(({ Id }) =>
      psql(
        { endpoint, container: Id, database: server.database },
        "SELECT pg_database_size(current_database());",
        ANSWER_SECONDS,
      ).then(Number, () => 0),
    );
  return Math.max(0, ...(await Promise.all(sizes)));
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 ** 2);
}
