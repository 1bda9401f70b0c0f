import { z } from "zod";
import { psql } from "../database-server";
import { dockerTry } from "../docker";
import { OperationError } from "../errors";
import { RESTORED_FILE } from "../restored-file";
import { scramVerifier } from "../scram";
import type { Verb } from "./verb";

const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const input = z.object({
  schema: z.literal(1),
  docker: z.string(),
  container: z.string(),
  database: identifier,
  owner: identifier,
  logins: z.array(z.object({ role: identifier, password: z.string() })),
  /** Role that reads everything, for backups. */
  dump: z.object({ role: identifier, password: z.string() }).optional(),
  /** Id of the backup that its volume must have been filled from. */
  restoredFrom: z.string().optional(),
});

/**
 * Gives a database its roles: an owner that nobody can log in as, and login roles that act as the owner, so
 * that what one of them creates belongs to both; and with backups one that only reads. Runs as superuser over the server's own socket.
 */
export const provisionDatabase: Verb<z.infer<typeof input>> = {
  input,
  async run(_phase, { docker: endpoint, container, database, owner, logins, dump, restoredFrom }) {
    if (restoredFrom !== undefined) await assertRestored(endpoint, container, restoredFrom);
    await psql({ endpoint, container, database }, provisioningSql(database, owner, logins, dump));
  },
};

/** @throws OperationError unless the server's volume was filled from the backup, and found equal to it */
async function assertRestored(endpoint: string, container: string, from: string): Promise<void> {
  const { stdout } = await dockerTry(endpoint, ["exec", container, "cat", RESTORED_FILE]);
  if (stdout.trim() === from) return;
  throw new OperationError(
    `the new database was not filled from backup ${from}, and nothing may use it: go back to the configuration before, ` +
      "apply it, and restore by ./strongroom up, which fills the volume first",
  );
}

/** Idempotent SQL; passwords are in it as verifiers only. */
export function provisioningSql(
  database: string,
  owner: string,
  logins: { role: string; password: string }[],
  dump?: { role: string; password: string },
): string {
  const role = (name: string) =>
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF; END $$;`;
  return [
    // The server must not log a statement that holds a verifier.
    "SET log_statement = 'none'; SET log_min_error_statement = 'panic'; SET log_min_duration_statement = -1;",
    role(owner),
    `ALTER ROLE ${owner} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;`,
    `ALTER DATABASE ${database} OWNER TO ${owner};`,
    `ALTER SCHEMA public OWNER TO ${owner};`,
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;`,
    ...logins.flatMap(({ role: login, password }) => [
      role(login),
      `ALTER ROLE ${login} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '${scramVerifier(password)}';`,
      `GRANT ${owner} TO ${login};`,
      `GRANT CONNECT ON DATABASE ${database} TO ${login};`,
      `ALTER ROLE ${login} IN DATABASE ${database} SET role TO ${owner};`,
    ]),
    ...(dump
      ? [
          role(dump.role),
          // Rows hidden by row security belong into a backup too; a dump would fail on them otherwise.
          `ALTER ROLE ${dump.role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS PASSWORD '${scramVerifier(dump.password)}';`,
          `ALTER ROLE ${dump.role} SET default_transaction_read_only = on;`,
          `GRANT pg_read_all_data TO ${dump.role};`,
          `GRANT CONNECT ON DATABASE ${database} TO ${dump.role};`,
        ]
      : []),
    "",
  ].join("\n");
}
