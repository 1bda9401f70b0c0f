import { type DatabaseServer, psqlCommand } from "../database-server";
import { docker } from "../docker";

/** By this name production's server knows the sessions of a rehearsal's dump. */
const APPLICATION = "strongroom-rehearsal";

/** Flags of `docker exec` for a dump that `endDumps` finds. */
export const DUMP_FLAGS = [`--env=PGAPPNAME=${APPLICATION}`];

/** A server that has no answer by then is not waited for. */
const TIMEOUT_SECONDS = 30;

/**
 * Ends what still dumps production's database for a rehearsal. A docker client that is killed leaves its pg_dump running
 * in the container, and that holds a lock on every table, for which a migration would wait.
 * @throws OperationError when the server cannot be asked
 */
export async function endDumps({
  endpoint,
  container,
}: Pick<DatabaseServer, "endpoint" | "container">): Promise<void> {
  const input = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${APPLICATION}';`;
  // A database that every server has: sessions are listed for all of them.
  const command = psqlCommand({ container, database: "postgres" });
  await docker(endpoint, command, { input, timeoutSeconds: TIMEOUT_SECONDS });
}
