import { setTimeout as sleep } from "node:timers/promises";
import { WAL_SLOT } from "./backup/wal";
import { type DatabaseServer, literal, psql } from "./database-server";
import { type ContainerState, findContainers } from "./docker";
import { OperationError } from "./errors";
import { isVerifierOf, scramVerifier } from "./scram";

/** A role that can log in, with its password in plain: it goes to no server, only its verifier does. */
export interface Login {
  role: string;
  password: string;
}

/** The roles of a product's database. */
export interface DatabaseRoles {
  /** Owns everything, and nobody can log in as it. */
  owner: string;
  /** As which the services log in; it acts as the owner. */
  login: Login;
  /** As which they may come to log in: left as it is, and made without a login. */
  idle: string;
  /** Reads everything, for backups. */
  dump?: Login | undefined;
  /** Reads the log and whole clusters, for point in time recovery, and no database by SQL. */
  wal?: Login | undefined;
}

/** How long sessions may take to end once their role can log in no more, seconds. */
const SESSIONS_SECONDS = 15;

/** How the owner's comment begins, which says which role the services shall log in as. */
const COMMENT = "services log in as ";

/** Nobody reads the log any more; a slot of before would keep it. */
const DROP_SLOT = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${WAL_SLOT}' AND NOT active;`;

/** Idempotent SQL that gives a database its roles; passwords are in it as verifiers only. */
export function provisioningSql(database: string, { owner, login, idle, dump, wal }: DatabaseRoles): string {
  const attributes = "NOSUPERUSER NOCREATEDB NOCREATEROLE";
  return [
    // The server must not log a statement that holds a verifier.
    "SET log_statement = 'none'; SET log_min_error_statement = 'panic'; SET log_min_duration_statement = -1;",
    ...[owner, login.role, idle].map(existing),
    `ALTER ROLE ${owner} NOLOGIN ${attributes};`,
    `COMMENT ON ROLE ${owner} IS '${COMMENT}${login.role}';`,
    `ALTER DATABASE ${database} OWNER TO ${owner};`,
    `ALTER SCHEMA public OWNER TO ${owner};`,
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    `REVOKE ALL ON DATABASE ${database} FROM PUBLIC;`,
    `ALTER ROLE ${login.role} LOGIN ${attributes} PASSWORD '${scramVerifier(login.password)}';`,
    ...[login.role, idle].flatMap((role) => [
      `GRANT ${owner} TO ${role};`,
      `GRANT CONNECT ON DATABASE ${database} TO ${role};`,
      `ALTER ROLE ${role} IN DATABASE ${database} SET role TO ${owner};`,
    ]),
    ...(dump
      ? [
          existing(dump.role),
          // Rows hidden by row security belong into a backup too; a dump would fail on them otherwise.
          `ALTER ROLE ${dump.role} LOGIN ${attributes} BYPASSRLS PASSWORD '${scramVerifier(dump.password)}';`,
          `ALTER ROLE ${dump.role} SET default_transaction_read_only = on;`,
          `GRANT pg_read_all_data TO ${dump.role};`,
          `GRANT CONNECT ON DATABASE ${database} TO ${dump.role};`,
        ]
      : []),
    ...(wal
      ? [
          existing(wal.role),
          `ALTER ROLE ${wal.role} LOGIN ${attributes} REPLICATION PASSWORD '${scramVerifier(wal.password)}';`,
        ]
      : [DROP_SLOT]),
    "",
  ].join("\n");
}

function existing(name: string): string {
  return `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name}; END IF; END $$;`;
}

/** Whether this is a role's password now. */
export async function hasPassword(server: DatabaseServer, { role, password }: Login): Promise<boolean> {
  const sql = `SELECT coalesce(rolpassword, '') FROM pg_authid WHERE rolname = ${literal(role)};`;
  return isVerifierOf((await psql(server, sql)).trim(), password);
}

/**
 * Takes password and login from a role, if it is there, and ends its sessions.
 * @throws OperationError when they do not end
 */
export async function closeRole(server: DatabaseServer, role: string): Promise<void> {
  const isThere = `EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}')`;
  await psql(
    server,
    `DO $$ BEGIN IF ${isThere} THEN ALTER ROLE ${role} NOLOGIN PASSWORD NULL; END IF; END $$;`,
  );
  if (await sessionsEnded(server, [role])) return;
  throw new OperationError(
    `sessions of ${role} do not end within ${SESSIONS_SECONDS} s; run up again, which ends them`,
  );
}

/** Which of the roles can log in or have sessions though the services shall not use them, as the database has noted. */
async function idleRoles(server: DatabaseServer, owner: string, roles: string[]): Promise<string[]> {
  const found = await psql(
    server,
    `SELECT rolname FROM pg_roles, (SELECT shobj_description(oid, 'pg_authid') AS said FROM pg_roles WHERE rolname = ${literal(owner)}) AS owner
     WHERE rolname IN (${roles.map(literal).join(", ")}) AND said LIKE '${COMMENT}%' AND said <> '${COMMENT}' || rolname
     AND (rolcanlogin OR EXISTS (SELECT FROM pg_stat_activity WHERE usename = rolname));`,
  );
  return found.split("\n").filter(Boolean);
}

/** The stack's containers whose environment names the role. */
function usersOf(containers: ContainerState[], role: string): ContainerState[] {
  return containers.filter(({ Config }) => Config.Env?.some((line) => line.endsWith(`=${role}`)));
}

/**
 * Takes password and login from the roles that the services shall not log in as any more, and ends their sessions. By
 * what the database itself has noted, so that whoever comes late takes nothing from the role that is in use again.
 * @param roles all login roles of the services
 * @param phase `before`: one that any container of the stack may still need is left as it is; `after`: nothing that runs
 * may use one any more
 * @throws OperationError when a container still runs with one `after` it should be gone, or sessions do not end
 */
export async function lockIdleRoles(
  server: DatabaseServer,
  stack: string,
  { owner, roles }: { owner: string; roles: string[] },
  phase: "before" | "after",
): Promise<void> {
  const idle = await idleRoles(server, owner, roles);
  if (idle.length === 0) return;
  const containers = await findContainers(server.endpoint, { "strongroom.stack": stack });
  for (const role of idle) {
    const users = usersOf(containers, role);
    if (phase === "before" && users.length > 0) continue;
    const running = users.find(({ State }) => State.Running);
    if (running)
      throw new OperationError(
        `${running.Name.slice(1)} still logs in to the database as ${role}, so its password stays valid: ` +
          `./strongroom repair --stack ${stack}, then up again`,
      );
    await closeRole(server, role);
  }
}

/**
 * Ends all sessions of these roles.
 * @param answerSeconds how long the server may take for each answer; default: as for any statement
 * @returns whether none is left @throws OperationError when the server does not answer
 */
export async function sessionsEnded(
  server: DatabaseServer,
  roles: string[],
  answerSeconds?: number,
): Promise<boolean> {
  const own = `FROM pg_stat_activity WHERE usename IN (${roles.map(literal).join(", ")})`;
  for (const deadline = Date.now() + SESSIONS_SECONDS * 1000; ; await sleep(300)) {
    await psql(server, `SELECT pg_terminate_backend(pid) ${own};`, answerSeconds);
    if (Number(await psql(server, `SELECT count(*) ${own};`, answerSeconds)) === 0) return true;
    if (Date.now() > deadline) return false;
  }
}
