import { Client } from "pg";
import { DUMP_LOCK, type SidecarSettings } from "../../../operations/backup/sidecar";
import { type Contents, prepareSession, type Sequences, sequenceValues, tableContents } from "./contents";
import { readPassword } from "./settings";
import { runTool } from "./tool";

/** What a restore needs to find: what a dump of one database leaves out, or only its superuser may make. */
export interface Origin {
  /** Names of the roles that what was dumped may belong to. */
  roles: string[];
  /** The database's owner, one of them. */
  owner: string;
  /** In the order in which they were made. */
  extensions: { name: string; schema: string }[];
  locale: { encoding: string; collate: string; ctype: string };
}

/** A dump together with what it must contain, all of one moment. */
export interface Snapshot extends Origin {
  systemIdentifier: string;
  lsn: string;
  tables: Contents["tables"];
  /** Sequences are no part of a snapshot: as they stood before and after the dump. */
  before: Sequences;
  after: Sequences;
}

/**
 * A migration that was begun in the last four hours and has no end counts as running. Longer ago it was cut off:
 * no migration may take that long.
 */
const MIGRATION_RUNS = `
  SELECT EXISTS (SELECT FROM strongroom.migrations
    WHERE result = 'running' AND started_at > pg_catalog.now() - interval '4 hours') AS runs`;

/**
 * Dumps the database into a file and takes stock of it in the same snapshot: under load no other comparison holds.
 * No migration can start meanwhile.
 * @throws Error when the database does not answer, a migration runs, or the dump fails
 */
export async function dumpSnapshot({ database }: SidecarSettings, file: string): Promise<Snapshot> {
  const password = readPassword();
  const { host, port, name, role } = database;
  const client = new Client({
    host,
    port,
    database: name,
    user: role,
    password,
    application_name: "strongroom-backup",
  });
  // The query that was running rejects with the same error; without a listener the process would end.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await prepareSession(client);
    await excludeMigrations(client);
    await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { rows } = await client.query<{ snapshot: string; lsn: string; systemIdentifier: string }>(
      `SELECT pg_catalog.pg_export_snapshot() AS snapshot, pg_catalog.pg_current_wal_lsn()::text AS lsn,
         (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS "systemIdentifier"`,
    );
    const { snapshot, lsn, systemIdentifier } = rows[0]!;
    const origin = await describeOrigin(client);
    const before = await sequenceValues(client);
    const connection = [`--host=${host}`, `--port=${port}`, `--username=${role}`, `--dbname=${name}`];
    const mode = ["--format=custom", `--snapshot=${snapshot}`, "--lock-wait-timeout=30s", "--no-password"];
    await runTool("pg_dump", [...mode, ...connection, `--file=${file}`], { env: { PGPASSWORD: password } });
    const tables = await tableContents(client);
    const after = await sequenceValues(client);
    return { ...origin, systemIdentifier, lsn, tables, before, after };
  } finally {
    await client.end();
  }
}

async function describeOrigin(client: Client): Promise<Origin> {
  const { rows } = await client.query<Origin>(
    `SELECT pg_catalog.pg_get_userbyid(datdba) AS owner,
       pg_catalog.json_build_object('encoding', pg_catalog.pg_encoding_to_char(encoding),
         'collate', datcollate, 'ctype', datctype) AS locale,
       ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_') AS roles,
       (SELECT coalesce(pg_catalog.json_agg(
          pg_catalog.json_build_object('name', extname, 'schema', nspname) ORDER BY e.oid), '[]')
        FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace) AS extensions
     FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
  );
  return rows[0]!;
}

/** Takes the lock that a migration waits for, until the session ends; then no migration must be under way. */
async function excludeMigrations(client: Client): Promise<void> {
  const lock = await client.query<{ taken: boolean }>(
    "SELECT pg_catalog.pg_try_advisory_lock($1, $2) AS taken",
    [...DUMP_LOCK],
  );
  const ledger = await client.query<{ there: boolean }>(
    "SELECT pg_catalog.to_regclass('strongroom.migrations') IS NOT NULL AS there",
  );
  const runs = ledger.rows[0]!.there && (await client.query<{ runs: boolean }>(MIGRATION_RUNS)).rows[0]!.runs;
  if (!lock.rows[0]!.taken || runs) throw new Error("a migration of the database is under way");
}

/** Reads a dump to its end: `pg_restore --list` reads its head alone and accepts a corrupt one. @throws Error when it cannot */
export async function readBack(file: string): Promise<void> {
  await runTool("pg_restore", ["--file=/dev/null", file]);
}
