import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { Snapshot } from "./source";

/** Its database has the same name. */
export const SUPERUSER = "postgres";

/** Who connects to which database of a server. */
export interface Login {
  /** Folder of the server's socket. */
  socket: string;
  user: string;
  database: string;
}

/** Runs `use` over a server's socket. */
export async function withClient<T>(
  { socket, user, database }: Login,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ host: socket, user, database });
  // The query that was running rejects with the same error; without a listener the process would end.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/**
 * Makes an empty database like the one of origin, in the place of one that has its name, and the roles that the
 * server lacks, so that owners, grants and sort orders can be restored too. Nobody can log in as those roles.
 */
export async function makeDatabase(
  socket: string,
  database: string,
  { roles, locale }: Pick<Snapshot, "roles" | "locale">,
): Promise<void> {
  await withClient({ socket, user: SUPERUSER, database: SUPERUSER }, async (client) => {
    const there = await client.query<{ rolname: string }>("SELECT rolname FROM pg_catalog.pg_roles");
    const known = new Set(there.rows.map(({ rolname }) => rolname));
    for (const role of roles.filter((name) => !known.has(name)))
      await client.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`);
    const { encoding, collate, ctype } = locale;
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(database)}`);
    await client.query(
      `CREATE DATABASE ${escapeIdentifier(database)} TEMPLATE template0 ENCODING ${escapeLiteral(encoding)}
         LC_COLLATE ${escapeLiteral(collate)} LC_CTYPE ${escapeLiteral(ctype)}`,
    );
  });
}
