import type { DatabaseSettings } from "../../config/settings";

/** Mount point of the data volume, as the official image has it. */
export const DATA_VOLUME = "/var/lib/postgresql/data";

/** Postgres' operating-system user in the official image. */
export const POSTGRES_USER = { uid: 999, gid: 999 };

/** Where the server's socket is. */
export const SOCKET_FOLDER = "/var/run/postgresql";

/**
 * Client authentication: the superuser without a password over the socket and only as the same system user;
 * the two login roles, and with backups the role that dumps, with SCRAM over the network; with point in time recovery
 * the role that reads the log, for replication alone; nobody else.
 */
export function renderHba({
  name,
  roleNames,
  dump,
  wal,
}: Pick<DatabaseSettings, "name" | "roleNames" | "dump" | "wal">): string {
  const logins = [roleNames.a, roleNames.b, ...(dump ? [dump.role] : [])].join(",");
  return [
    "local all postgres peer",
    `host ${name} ${logins} all scram-sha-256`,
    ...(wal ? [`host replication ${wal.role} all scram-sha-256`] : []),
    "",
  ].join("\n");
}

/** Exit codes of the start script (sysexits.h): a second server, and data of another collation version. */
const EXIT = { secondServer: 75, otherCollation: 78 };

/**
 * What the container runs: refuses a second server on the same data (a lock that the kernel drops with the
 * process) and an image whose C library sorts differently from the one that built the indexes, then hands
 * over to the image's own entry point.
 */
export const START_SCRIPT = `set -eu
volume=${DATA_VOLUME}
exec 9>>"$volume/strongroom.lock"
if ! flock -n 9; then
  echo "another server runs on this data volume; this one stops" >&2
  exit ${EXIT.secondServer}
fi
collation="$(getconf GNU_LIBC_VERSION)"
if [ -s "$volume/strongroom.collation" ] && [ "$(cat "$volume/strongroom.collation")" != "$collation" ]; then
  echo "the data was sorted by $(cat "$volume/strongroom.collation"), this image has $collation: indexes would be wrong; use an image with the same C library, or restore into a new volume" >&2
  exit ${EXIT.otherCollation}
fi
printf '%s' "$collation" > "$volume/strongroom.collation"
printf '%s' "$STRONGROOM_HBA" > ${SOCKET_FOLDER}/pg_hba.conf
exec docker-entrypoint.sh postgres "$@"`;

/** The container's entry point; the server's arguments follow it. */
export const ENTRYPOINT = ["bash", "-c", START_SCRIPT, "strongroom"];

/** Size of the container's /dev/shm, MiB: a quarter of its memory, as the shared buffers have; Docker's own 64 at least. */
export function sharedMemoryMiB({ limits }: Pick<DatabaseSettings, "limits">): number {
  return Math.max(64, Math.floor(limits.memoryMiB / 4));
}

/**
 * A real query over the socket. It fails on the server that the entry point runs while it makes a new
 * database, which listens to no address. Debian's psql on PATH is a wrapper in Perl that costs more than the
 * program itself, so the program's own folder comes first where it is.
 */
export function healthQuery({ major, name }: Pick<DatabaseSettings, "major" | "name">): string[] {
  const query = "SELECT 1 / (current_setting('listen_addresses') <> '')::int";
  return [
    "CMD-SHELL",
    `PATH=/usr/lib/postgresql/${major}/bin:$PATH; exec psql --no-psqlrc --quiet --output=/dev/null --username=postgres --dbname=${name} --command="${query}"`,
  ];
}

/** Share of the memory limit for shared buffers: the manual's starting value for a dedicated server. */
const SHARED_BUFFERS_SHARE = 0.25;

/** Server settings, sorted; all that is not here is Postgres' default. */
export function serverArguments(settings: DatabaseSettings): string[] {
  const values: Record<string, string> = {
    hba_file: `${SOCKET_FOLDER}/pg_hba.conf`,
    listen_addresses: "*",
    log_connections: "off",
    max_connections: String(settings.maxConnections),
    // A sidecar that is away must not fill the disk.
    ...(settings.wal ? { max_slot_wal_keep_size: `${settings.wal.slotMiB}MB` } : {}),
    password_encryption: "scram-sha-256",
    port: String(settings.port),
    shared_buffers: `${Math.floor(settings.limits.memoryMiB * SHARED_BUFFERS_SHARE)}MB`,
    unix_socket_directories: SOCKET_FOLDER,
  };
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => ["-c", `${key}=${value}`]);
}

/** Environment in the official image's contract. */
export function serverEnvironment(settings: DatabaseSettings): string[] {
  return [
    `PGDATA=${DATA_VOLUME}/pgdata`,
    `POSTGRES_DB=${settings.name}`,
    // The entry point wants a password or this word; it only ends up in a file that hba_file replaces.
    "POSTGRES_HOST_AUTH_METHOD=trust",
    "POSTGRES_INITDB_ARGS=--data-checksums --encoding=UTF8",
    "POSTGRES_USER=postgres",
    `STRONGROOM_HBA=${renderHba(settings)}`,
  ].sort();
}

/** The login role that the services do not use now. */
export function idleRole({
  roleNames,
  activeRole,
}: Pick<DatabaseSettings, "roleNames" | "activeRole">): string {
  return roleNames[activeRole === "a" ? "b" : "a"];
}
