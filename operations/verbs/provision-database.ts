import { z } from "zod";
import { closeRole, hasPassword, lockIdleRoles, provisioningSql } from "../database-roles";
import { psql } from "../database-server";
import { dockerTry, findContainers } from "../docker";
import { OperationError } from "../errors";
import { RESTORED_FILE } from "../restored-file";
import type { Verb } from "./verb";

const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const login = z.object({ role: identifier, password: z.string() });

const input = z.object({
  schema: z.literal(1),
  docker: z.string(),
  stack: z.string(),
  container: z.string(),
  database: identifier,
  owner: identifier,
  /** Role that the services log in as. */
  login,
  /** Role that they may come to log in as. */
  idle: identifier,
  /** Role that reads everything, for backups. */
  dump: login.optional(),
  /** Role that reads the log, for point in time recovery. */
  wal: login.optional(),
  /** Id of the backup, or time, that its volume must have been filled from. */
  restoredFrom: z.string().optional(),
});

type ProvisionDatabase = z.infer<typeof input>;

/**
 * Gives a database its roles: an owner that nobody can log in as, and login roles that act as the owner, so
 * that what one of them creates belongs to both; with backups one that only reads, and with point in time recovery one for
 * the log. Runs as superuser over the
 * server's own socket. A login role that is not used any more keeps its password for as long as a release needs it;
 * the deletion, which comes after that of the releases that logged in so, takes it away.
 */
export const provisionDatabase: Verb<ProvisionDatabase> = {
  input,
  async run(phase, args) {
    if (phase === "delete") return release(args);
    const { docker: endpoint, stack, container, database, owner, dump, wal, restoredFrom } = args;
    const server = { endpoint, container, database };
    if (restoredFrom !== undefined) await assertRestored(endpoint, container, restoredFrom);
    // Of another password: who has logged in with that one is out before the new one is in force.
    for (const each of [dump, wal])
      if (each && !(await hasPassword(server, each))) await closeRole(server, each.role);
    await psql(server, provisioningSql(database, args));
    await lockIdleRoles(server, stack, { owner, roles: rolesOf(args) }, "before");
  },
};

/** Whatever is not used any more, in the stack's databases: this action's own may have been replaced before it. */
async function release(args: ProvisionDatabase): Promise<void> {
  const { docker: endpoint, stack, database, owner } = args;
  const withRole = (role: string) =>
    findContainers(endpoint, { "strongroom.stack": stack, "strongroom.role": role });
  // The whole stack is being taken down.
  if ((await withRole("service")).length === 0) return;
  const names = { owner, roles: rolesOf(args) };
  for (const { Id: container, State } of await withRole("database"))
    if (State.Running) await lockIdleRoles({ endpoint, container, database }, stack, names, "after");
}

/** All login roles of the services. */
function rolesOf({ login, idle }: ProvisionDatabase): string[] {
  return [login.role, idle];
}

/** @throws OperationError unless the server's volume was filled from the backup, and found equal to it */
async function assertRestored(endpoint: string, container: string, from: string): Promise<void> {
  const { stdout } = await dockerTry(endpoint, ["exec", container, "cat", RESTORED_FILE]);
  if (stdout.trim() === from) return;
  throw new OperationError(
    `the new database was not filled from backup ${from}, and nothing may use it: go back to the configuration before, ` +
      "apply it, and restore by ./strongroom up, which fills the volume first",
  );
}
