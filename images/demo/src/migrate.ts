import type { Client } from "pg";
import { createMigrationClient } from "./database";
import type { DatabaseConfig } from "./config";
import { log } from "../../log";
import { pendingMigrations, type Applied, type Migration } from "./migrations";

// Any constant will do, as long as all releases use the same.
const advisoryLock = 7_305_151;

/**
 * Brings the schema to the last of `known`. Each migration is one transaction under the advisory lock, so that
 * of several instances one applies it and the others wait and find it done. Throws IncompatibleSchema, the error
 * of a migration's SQL, or one of connection or lock, after which it may be called again.
 */
export async function migrate(config: DatabaseConfig, known: Migration[]): Promise<void> {
  const client = createMigrationClient(config);
  try {
    await client.connect();
    await applyPending(client, known);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function applyPending(client: Client, known: Migration[]): Promise<void> {
  // Without the lock first: where nothing is pending, nobody has to wait for it.
  while (pendingMigrations(known, await ledger(client)).length > 0) {
    await client.query("BEGIN");
    try {
      await client.query("SELECT pg_advisory_xact_lock($1)", [advisoryLock]);
      await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
        version integer PRIMARY KEY, name text NOT NULL, minimum integer NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now())`);
      const [next] = pendingMigrations(known, await ledger(client));
      if (next) await apply(client, next);
      await client.query("COMMIT");
      if (next) log("info", "migration-applied", { version: next.version, name: next.name });
    } catch (error) {
      await client.query("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }
}

async function apply(client: Client, migration: Migration): Promise<void> {
  log("info", "migration-started", { version: migration.version, name: migration.name });
  for (const statement of migration.statements) await client.query(statement);
  await client.query("INSERT INTO schema_migrations (version, name, minimum) VALUES ($1, $2, $3)", [
    migration.version,
    migration.name,
    migration.minimum,
  ]);
}

async function ledger(client: Client): Promise<Applied[]> {
  const { rows } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS exists",
  );
  if (!rows[0]?.exists) return [];
  return (await client.query<Applied>("SELECT version, name, minimum FROM schema_migrations")).rows;
}
