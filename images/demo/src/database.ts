import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Pool, type ClientConfig } from "pg";
import type { DatabaseConfig } from "./config";
import { errorFields, log } from "../../log";

function connection(config: DatabaseConfig): ClientConfig {
  return {
    host: config.host,
    port: config.port,
    database: config.database,
    user: config.user,
    // Read at every new connection, so that a rotated password needs no restart.
    password: async () => (await readFile(config.passwordFile, "utf8")).trim(),
    application_name: "demo",
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  };
}

/**
 * The pool that requests use. A connection that breaks while idle (Postgres restarted) is logged and
 * replaced by the next query; the process goes on.
 */
export function createPool(config: DatabaseConfig): Pool {
  const pool = new Pool({
    ...connection(config),
    max: 5,
    statement_timeout: 10_000,
    // Longer than the server's own limit: ends only queries whose answer can no longer arrive.
    query_timeout: 12_000,
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on("error", (error) => log("warn", "database-connection-lost", errorFields(error)));
  return pool;
}

/** A connection of its own for migrations, which may run long but never wait long for a lock. */
export function createMigrationClient(config: DatabaseConfig): Client {
  const client = new Client({ ...connection(config), statement_timeout: 300_000, lock_timeout: 5_000 });
  // The query that was running rejects with the same error; without a listener the process would end.
  client.on("error", () => undefined);
  return client;
}

// SQLSTATE classes: 08 connection, 53 resources, 55 object not available, 57 operator intervention (restart).
const passing = /^(08|53|55|57)/;

/** Whether a database error says "not now" (down, restarting, full, locked) rather than "not so". */
export function isUnavailable(error: unknown): boolean {
  const { code, message = "" } = error as { code?: string; message?: string };
  if (code) return passing.test(code) || /^E[A-Z]{3}/.test(code);
  return /connection terminated|timeout|connection error/i.test(message);
}

// Deadlock and serialisation failure, which PostgreSQL asks to be tried again, and a wrong password or a role
// without login, which a rotation may leave for a moment.
const retried = ["40P01", "40001", "28P01", "28000"];

/** Runs something at start until the database lets it, pausing 0.25 to 5 s between tries. Throws its other errors. */
export async function patiently(title: string, run: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!isUnavailable(error) && !retried.includes((error as { code?: string }).code ?? "")) throw error;
      log("warn", "database-waits", { for: title, attempt, ...errorFields(error) });
      await sleep(Math.min(250 * 2 ** (attempt - 1), 5_000));
    }
  }
}
