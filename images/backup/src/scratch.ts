import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { type Contents, prepareSession, sequenceValues, tableContents } from "./contents";
import { SCRATCH_FOLDER } from "./settings";
import type { Snapshot } from "./source";
import { pipeTools, runTool } from "./tool";

const DATA_FOLDER = `${SCRATCH_FOLDER}/cluster`;

/** In memory, and the only way to the server. */
const SOCKET_FOLDER = "/tmp/scratch";

const SUPERUSER = "postgres";
const DATABASE = "restored";

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
 * Restores a dump into a cluster of its own and takes stock of it.
 * @param dump command that prints the dump
 * @param like what the database of origin was like
 * @throws Error when anything cannot be restored
 */
export async function restoredContents(
  dump: { command: string; args: string[]; input?: string },
  like: Pick<Snapshot, "roles" | "locale">,
): Promise<Contents> {
  const init = [
    "--auth=peer",
    "--no-sync",
    "--encoding=UTF8",
    `--username=${SUPERUSER}`,
    `--pgdata=${DATA_FOLDER}`,
  ];
  await runTool("initdb", init);
  const settings = Object.entries(SERVER_SETTINGS).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const server = spawn("postgres", ["-D", DATA_FOLDER, ...settings], { stdio: "ignore" });
  // It may not even start; then nothing answers.
  const ended = once(server, "exit").catch(() => undefined);
  try {
    await prepareServer(like);
    const target = [`--host=${SOCKET_FOLDER}`, `--username=${SUPERUSER}`, `--dbname=${DATABASE}`];
    await pipeTools(dump, { command: "pg_restore", args: ["--exit-on-error", ...target] });
    return await withClient(DATABASE, async (client) => {
      await prepareSession(client);
      return { tables: await tableContents(client), sequences: await sequenceValues(client) };
    });
  } finally {
    // Immediate shutdown: there is nothing to keep.
    server.kill("SIGQUIT");
    await ended;
  }
}

/** Roles and an empty database like the one of origin, so that owners, grants and sort orders can be restored too. */
async function prepareServer({ roles, locale }: Pick<Snapshot, "roles" | "locale">): Promise<void> {
  await answering();
  await withClient(SUPERUSER, async (client) => {
    for (const role of roles.filter((name) => name !== SUPERUSER))
      await client.query(`CREATE ROLE ${escapeIdentifier(role)} NOLOGIN`);
    const { encoding, collate, ctype } = locale;
    await client.query(
      `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING ${escapeLiteral(encoding)}
         LC_COLLATE ${escapeLiteral(collate)} LC_CTYPE ${escapeLiteral(ctype)}`,
    );
  });
}

async function answering(): Promise<void> {
  for (const deadline = Date.now() + START_SECONDS * 1000; ; await sleep(100)) {
    try {
      return await withClient(SUPERUSER, async () => undefined);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function withClient<T>(database: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ host: SOCKET_FOLDER, user: SUPERUSER, database });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
