import { text } from "node:stream/consumers";
import { contentHash } from "../../../components/canonical";
import { measure } from "../../../operations/backup/measure";
import { isSignedBy, type Receipt } from "../../../operations/backup/receipt";
import { RESTORE_SOCKET_FOLDER, type RestoreRequest } from "../../../operations/backup/sidecar";
import { type Contents, prepareSession, rowCount, tableContents } from "./contents";
import { decryption } from "./seal";
import { makeDatabase, SUPERUSER, withClient } from "./server";
import { backupPath, receiptOf } from "./store";
import { pipeTools, runTool } from "./tool";

/** What is to be restored, from stdin. */
export async function readRequest(): Promise<RestoreRequest> {
  return JSON.parse(await text(process.stdin)) as RestoreRequest;
}

/**
 * Makes sure that a backup is what its receipt says, that the receipt is this stack's own, and that the identity
 * opens all of it. Changes nothing.
 * @returns its receipt
 * @throws Error with what is wrong
 */
export async function checkBackup(request: RestoreRequest): Promise<Receipt> {
  const { id, identity } = request;
  const signed = receiptOf(id);
  const { receipt } = signed;
  if (!isSignedBy(signed, request.publicKey))
    throw new Error(`the receipt of ${id} is not signed by the trusted key`);
  if (receipt.id !== id || receipt.file !== `${id}.dump.age`)
    throw new Error(`the receipt of ${id} is for another backup`);
  if (receipt.stack !== request.stack || receipt.database !== request.database)
    throw new Error(
      `${id} is a backup of database ${receipt.database} of stack ${receipt.stack}, not of ${request.database} of ${request.stack}`,
    );
  if (!receipt.contents)
    throw new Error(
      `the receipt of ${id} has no checksum of its contents, so a restored copy cannot be compared`,
    );
  const path = backupPath(receipt);
  if ((await measure(path)).sha256 !== receipt.sha256)
    throw new Error(`the file of ${id} is not the one that was proven: its SHA-256 differs`);
  const { command, args, input } = decryption(path, { identity });
  await runTool(command, ["--output", "/dev/null", ...args], { input });
  return receipt;
}

/**
 * Restores a backup into the server on the socket, in the place of the database of the same name, and compares what
 * is there then with the receipt. As superuser, unlike the test of a backup: nothing of it may be left out.
 * @returns the receipt, which the restored database was found equal to
 * @throws Error with what is wrong; what was restored up to then is worth nothing
 */
export async function restoreBackup(request: RestoreRequest): Promise<Receipt> {
  const receipt = await checkBackup(request);
  const { database } = receipt;
  await makeDatabase(RESTORE_SOCKET_FOLDER, database, receipt);
  const target = [`--host=${RESTORE_SOCKET_FOLDER}`, `--username=${SUPERUSER}`, `--dbname=${database}`];
  await pipeTools(decryption(backupPath(receipt), request), {
    command: "pg_restore",
    args: ["--exit-on-error", ...target],
  });
  const login = { socket: RESTORE_SOCKET_FOLDER, user: SUPERUSER, database };
  const tables = await withClient(login, async (client) => {
    await prepareSession(client);
    return tableContents(client);
  });
  const found = unlike(receipt, tables);
  if (found !== undefined) throw new Error(`the restored copy of ${request.id} is not equal: ${found}`);
  return receipt;
}

/** What a restored copy differs by from what the receipt says; undefined when it is equal. */
export function unlike(
  receipt: Pick<Receipt, "tables" | "rows" | "contents">,
  tables: Contents["tables"],
): string | undefined {
  const [count, rows] = [Object.keys(tables).length, rowCount(tables)];
  if (count !== receipt.tables) return `it has ${count} tables instead of ${receipt.tables}`;
  if (rows !== receipt.rows) return `it has ${rows} rows instead of ${receipt.rows}`;
  return contentHash(tables) === receipt.contents ? undefined : "rows are others";
}
