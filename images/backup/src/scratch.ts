import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { escapeIdentifier, escapeLiteral } from "pg";
import { type Contents, prepareSession, sequenceValues, tableContents } from "./contents";
import { type Login, withClient } from "./server";
import { SCRATCH_FOLDER } from "./settings";
import type { Origin } from "./source";
import { pipeTools, runTool } from "./tool";

const DATA_FOLDER = `${SCRATCH_FOLDER}/cluster`;

/** In memory, and the only way to the server. */
const SOCKET_FOLDER = "/tmp/scratch";

const DATABASE = "restored";

/** Roles of the scratch cluster's own; those of origin have their names there. */
interface Own {
  /** Makes what only a superuser may, before anything of origin is there, and cannot log in after that. */
  superuser: string;
  /**
   * Restores and reads. What is restored may be hostile: constraints, indexes, triggers and casts call functions that
   * run as this role, so it may reach no file and no program.
   */
  restorer: string;
}

/** No network, and no care for crashes: the cluster lives for one comparison. */
const SERVER_SETTINGS: Record<string, string> = {
  autovacuum: "off",
  fsync: "off",
  full_page_writes: "off",
  listen_addresses: "",
  max_connections: "10",
  max_wal_senders: "0",
  shared_buffers: "32MB",
  unix_socket_directories: SOCKET_FOLDER,
  wal_level: "minimal",
};

/** Seconds that the server may take to answer, on a slow disk. */
const START_SECONDS = 60;

/** Removes what is left of a restore and makes the folder anew. */
export function wipeScratch(): void {
  for (const folder of [SCRATCH_FOLDER, SOCKET_FOLDER]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
}

/**
 * Restores a dump into a cluster of its own, as a role with no right to anything but that database, and takes stock of
 * it.
 * @param dump command that prints the dump
 * @param origin what the database of origin was like
 * @throws Error when anything cannot be restored
 */
export async function restoredContents(
  dump: { command: string; args: string[]; input?: string },
  origin: Origin,
): Promise<Contents> {
  const own = {
    superuser: unused("scratch_superuser", origin),
    restorer: unused("scratch_restorer", origin),
  };
  const init = [
    // Nobody else reaches the socket's folder.
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    `--username=${own.superuser}`,
    `--pgdata=${DATA_FOLDER}`,
  ];
  await runTool("initdb", init);
  const settings = Object.entries(SERVER_SETTINGS).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const server = spawn("postgres", ["-D", DATA_FOLDER, ...settings], { stdio: "ignore" });
  // It may not even start; then nothing answers.
  const ended = once(server, "exit").catch(() => undefined);
  try {
    await answering(own.superuser);
    await prepareServer(own, origin);
    const target = [`--host=${SOCKET_FOLDER}`, `--username=${own.restorer}`, `--dbname=${DATABASE}`];
    // What is left out holds no rows, and its statements are not for everybody.
    const without = ["--no-comments", "--no-publications", "--no-subscriptions"];
    await pipeTools(dump, { command: "pg_restore", args: ["--exit-on-error", ...without, ...target] });
    return await withClient(login(own.restorer, DATABASE), async (client) => {
      await prepareSession(client);
      return { tables: await tableContents(client), sequences: await sequenceValues(client) };
    });
  } finally {
    // Immediate shutdown: there is nothing to keep.
    server.kill("SIGQUIT");
    await ended;
  }
}

/** A name that no role of origin has. */
function unused(name: string, origin: Pick<Origin, "roles">): string {
  return origin.roles.includes(name) ? unused(`${name}_`, origin) : name;
}

/**
 * Roles and an empty database like the one of origin, so that owners, grants and sort orders can be restored too; then
 * the superuser leaves for good.
 */
async function prepareServer({ superuser, restorer }: Own, origin: Origin): Promise<void> {
  const { encoding, collate, ctype } = origin.locale;
  const role = escapeIdentifier(restorer);
  const run = (database: string, statements: string[]) =>
    withClient(login(superuser, database), async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  await run("postgres", [
    // Row security shall hide nothing from the comparison.
    `CREATE ROLE ${role} LOGIN BYPASSRLS`,
    `GRANT pg_read_all_data TO ${role}`,
    // As a member of all it can give everything to its owner.
    ...origin.roles
      .map(escapeIdentifier)
      .flatMap((name) => [`CREATE ROLE ${name} NOLOGIN`, `GRANT ${name} TO ${role}`]),
    `CREATE DATABASE ${DATABASE} OWNER ${escapeIdentifier(origin.owner)} TEMPLATE template0
       ENCODING ${escapeLiteral(encoding)} LC_COLLATE ${escapeLiteral(collate)} LC_CTYPE ${escapeLiteral(ctype)}`,
  ]);
  await run(DATABASE, [
    // A new owner must be allowed to create in the schema, and a dump has its grants at its end.
    "GRANT CREATE ON SCHEMA public TO PUBLIC",
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${role} GRANT CREATE ON SCHEMAS TO PUBLIC`,
    // An extension's own tables may have rows of the operator's.
    `ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO ${role}`,
    ...origin.extensions.filter(isPrepared).map(createExtension),
    `ALTER ROLE ${escapeIdentifier(superuser)} NOLOGIN`,
  ]);
}

/**
 * Most extensions are a superuser's to make. A schema of its own comes with the dump, and so does the extension in it:
 * the database's owner may make those that Postgres calls trusted.
 */
const isPrepared = ({ schema }: Origin["extensions"][number]): boolean =>
  ["public", "pg_catalog"].includes(schema);

function createExtension({ name, schema }: Origin["extensions"][number]): string {
  return `CREATE EXTENSION IF NOT EXISTS ${escapeIdentifier(name)} SCHEMA ${escapeIdentifier(schema)}`;
}

function login(user: string, database: string): Login {
  return { socket: SOCKET_FOLDER, user, database };
}

async function answering(superuser: string): Promise<void> {
  for (const deadline = Date.now() + START_SECONDS * 1000; ; await sleep(100)) {
    try {
      return await withClient(login(superuser, "postgres"), async () => undefined);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
