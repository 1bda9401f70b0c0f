import { type DatabaseServer, psqlCommand } from "../database-server";
import { spawnDocker } from "../docker";
import { OperationError } from "../errors";
import { DUMP_LOCK } from "./sidecar";

/** Longest that a backup's dump is waited for: 2 minutes. */
const WAIT_SECONDS = 120;

/**
 * Waits until no backup dumps the database, and keeps any from beginning. The lock goes with this process, whatever
 * its end.
 * @returns lets backups begin again
 * @throws OperationError when one still dumps after two minutes, or with the server's own message
 */
export async function holdBackups(server: DatabaseServer): Promise<() => Promise<void>> {
  const session = spawnDocker(server.endpoint, psqlCommand(server));
  // A session that has ended says so by its end.
  session.stdin.on("error", () => undefined);
  let said = "";
  session.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<void>((resolve, reject) => {
    session.once("error", reject);
    session.once("close", () => resolve());
  });
  const held = new Promise<boolean>((resolve) => {
    session.stdout.setEncoding("utf8").on("data", (text: string) => text.includes("held") && resolve(true));
  });
  const [first, second] = DUMP_LOCK;
  session.stdin.write(
    `SET lock_timeout = '${WAIT_SECONDS}s'; SELECT 'held' FROM pg_advisory_lock(${first}, ${second});\n`,
  );
  if (!(await Promise.race([held, ended]))) {
    throw new OperationError(
      /lock timeout/.test(said)
        ? `a backup of the database is being made and still dumps after ${WAIT_SECONDS} s; nothing was migrated: try again when it has ended`
        : `docker exec on ${server.endpoint}: ${said.trim() || "the database's session ended"}`,
    );
  }
  return () => {
    session.stdin.end();
    return ended;
  };
}
