import { type DatabaseServer, psqlCommand } from "./database-server";
import { docker } from "./docker";

/** For what production's database is dumped; the server knows the sessions of the dump by it. */
export type DumpPurpose = "migration" | "rehearsal";

/** A server that has no answer by then is not waited for. */
const TIMEOUT_SECONDS = 30;

const applicationName = (purpose: DumpPurpose) => `strongroom-${purpose}`;

/** Flags of `docker exec` for a dump that `endDumps` finds. */
export function dumpFlags(purpose: DumpPurpose): string[] {
  return [`--env=PGAPPNAME=${applicationName(purpose)}`];
}

/**
 * Ends what still dumps production's database for these purposes. A docker client that is killed leaves its pg_dump
 * running in the container, and that holds a lock on every table, for which a migration would wait.
 * @throws OperationError when the server cannot be asked
 */
export async function endDumps(
  { endpoint, container }: Pick<DatabaseServer, "endpoint" | "container">,
  ...purposes: [DumpPurpose, ...DumpPurpose[]]
): Promise<void> {
  const names = purposes.map((purpose) => `'${applicationName(purpose)}'`).join(", ");
  const input = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN (${names});`;
  // A database that every server has: sessions are listed for all of them.
  const command = psqlCommand({ container, database: "postgres" });
  await docker(endpoint, command, { input, timeoutSeconds: TIMEOUT_SECONDS });
}

/** Runs a dump, and ends its session where it fails, as far as the server answers: whoever dumps next asks it again. */
export async function endingDump<T>(
  server: Pick<DatabaseServer, "endpoint" | "container">,
  purpose: DumpPurpose,
  dump: () => Promise<T>,
): Promise<T> {
  try {
    return await dump();
  } catch (error) {
    await endDumps(server, purpose).catch(() => undefined);
    throw error;
  }
}
