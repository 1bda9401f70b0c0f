import { type DatabaseServer, POSTGRES_PATH } from "./database-server";
import { docker, HARDENED, labelFlags } from "./docker";
import { dumpFlags, endDumps, endingDump } from "./dump-sessions";
import { OperationError } from "./errors";
import { imageOf } from "./lock";
import { pipeDocker } from "./pipe";

/** Dumps of a stack that are kept on its host, the newest ones. */
const KEPT_DUMPS = 3;

/**
 * Receives a dump on stdin and keeps it only if pg_restore can read it to its end. It is renamed when it is
 * whole and on disk, so that every file without ".part" is a good one.
 */
const KEEP_SCRIPT = `set -e; umask 077; ${POSTGRES_PATH}; cd /dumps; rm -f *.part
cat > "$1.part"; pg_restore --file=/dev/null "$1.part"; sync "$1.part"; mv "$1.part" "$1"; sha256sum "$1"
ls -1r *.dump | tail -n +$(($2 + 1)) | xargs -r rm -f`;

/**
 * Dumps the database into the stack's volume of dumps on the same host and reads it back in full.
 * @param name the file's name without its ending; later names must sort after earlier ones
 * @returns the file's name in the volume
 * @throws OperationError when the dump fails or cannot be read back; then no file of that name is there
 */
export async function dumpDatabase(server: DatabaseServer, stack: string, name: string): Promise<string> {
  // Its role ends in "-data": nothing removes it without being told to.
  const volume = `strongroom-${stack}-dumps`;
  const labels = labelFlags({ "strongroom.stack": stack, "strongroom.role": "dumps-data" });
  await docker(server.endpoint, ["volume", "create", ...labels, volume]);
  const image = await imageOf(server.endpoint, server.container);
  const file = `${name}.dump`;
  // The stack is locked, so none of them is another run's that lives.
  await endDumps(server, "migration", "rehearsal");
  const out = await endingDump(server, "migration", () =>
    pipeDocker(
      server.endpoint,
      [
        "exec",
        ...dumpFlags("migration"),
        server.container,
        "sh",
        "-c",
        `${POSTGRES_PATH}; exec pg_dump --format=custom --username=postgres --lock-wait-timeout=30s --dbname="$1"`,
        "sh",
        server.database,
      ],
      [
        "run",
        "--rm",
        "--interactive",
        "--network=none",
        ...HARDENED,
        "--user=0:0",
        ...labelFlags({ "strongroom.stack": stack, "strongroom.role": "migration" }),
        "--mount",
        `type=volume,source=${volume},target=/dumps`,
        "--entrypoint=sh",
        image,
        "-c",
        KEEP_SCRIPT,
        "sh",
        file,
        String(KEPT_DUMPS),
      ],
    ),
  );
  if (!/^[0-9a-f]{64}/m.test(out))
    throw new OperationError(`the dump of database ${server.database} was not read back`);
  return file;
}
