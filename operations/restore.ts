import { setTimeout as sleep } from "node:timers/promises";
import { DATA_VOLUME, POSTGRES_USER, START_SCRIPT } from "../components/database/server";
import type { Receipt } from "./backup/receipt";
import { BACKUP_FOLDER, RESTORE_SOCKET_FOLDER, type RestoreRequest } from "./backup/sidecar";
import { POSTGRES_PATH } from "./database-server";
import {
  confined,
  containersWith,
  docker,
  dockerTry,
  inspectContainers,
  labelFlags,
  removeContainers,
} from "./docker";
import { OperationError } from "./errors";
import { withHostLock } from "./lock";
import { RESTORED_FILE } from "./restored-file";

/** A new database volume that is to be filled from a backup, beside the one in service. */
export interface RestoreTarget {
  endpoint: string;
  stack: string;
  /** Docker's name of the new volume. */
  volume: string;
  /** The backup's id, or the time. */
  from: string;
  /** The server as the stack runs it. */
  server: { image: string; database: string; command: string[]; envs: string[]; memoryMiB: number };
  /** The backup sidecar's image, and Docker's name of the volume with the backups. */
  backup: { image: string; volume: string; memoryMiB: number };
  /** Docker's name of the volume with the archive of the log; only with one. */
  archive?: string;
}

/** Label of a volume that was made for a restore: the backup's id, or the time. */
const FROM = "strongroom.restored-from";

/** Longest that a restore may take, and a look at the whole backup: 4 hours. */
export const LONG_SECONDS = 4 * 3600;

/** Longest that a new server may take until it answers: 2 minutes. */
const START_SECONDS = 120;

/**
 * How far a restore has come: `restored` only after its copy was found equal to the receipt.
 * @throws OperationError when a volume of that name was made for something else
 */
export async function restoreState(target: RestoreTarget): Promise<"none" | "unfinished" | "restored"> {
  const { endpoint, volume, from, stack } = target;
  const found = await dockerTry(endpoint, ["volume", "inspect", "--format", "{{json .Labels}}", volume]);
  if (found.exitCode !== 0) {
    if (/no such volume/i.test(found.stderr)) return "none";
    throw new OperationError(`docker volume on ${endpoint}: ${found.stderr.trim()}`);
  }
  const labels = (JSON.parse(found.stdout) ?? {}) as Record<string, string>;
  if (labels["strongroom.stack"] !== stack || labels[FROM] !== from)
    throw new OperationError(
      `the volume ${volume} is there already and was not made for a restore of ${from}: give database.restore.as another name`,
    );
  const script = '[ ! -e "$1" ] || cat "$1"';
  const marker = await inVolume(target, ["sh", "-c", script, "sh", RESTORED_FILE], "readonly");
  return marker.trim() === from ? "restored" : "unfinished";
}

/**
 * Makes sure that the backup is whole, the stack's own, and opened by the identity. Changes nothing.
 * @throws OperationError with what is wrong
 */
export function checkBackup(target: RestoreTarget, request: RestoreRequest): Promise<Receipt> {
  return tell(target, "check", request, ["--network=none"]);
}

/**
 * Fills the new volume from the backup by a server of its own, which is on no network, and compares it with the
 * receipt.
 * @throws OperationError with the step's own message
 */
export function restoreVolume(target: RestoreTarget, request: RestoreRequest): Promise<void> {
  return fillVolume(target, async () => {
    const container = await startServer(target);
    await tell(target, "restore", request, ["--network=none", ...socketMount(target.stack)]);
    await stopServer(target.endpoint, container);
  });
}

/**
 * Makes the new volume, lets `fill` put a whole database there, and marks it as restored. One that an interrupted run
 * left unfinished is made anew, one that is restored stays as it is; when it fails the volume is gone again.
 * @param fill its last server has stopped in an orderly way when it is done
 * @throws OperationError with the step's own message
 */
export async function fillVolume(target: RestoreTarget, fill: () => Promise<void>): Promise<void> {
  const { endpoint, stack, volume, from, server } = target;
  return withHostLock(endpoint, stack, "restore", server.image, async (lock) => {
    await sweep(target);
    const state = await restoreState(target);
    // By another run, which had the lock before.
    if (state === "restored") return;
    if (state === "unfinished") await docker(endpoint, ["volume", "rm", volume]);
    try {
      const labels = { "strongroom.stack": stack, "strongroom.role": "database-data", [FROM]: from };
      await docker(endpoint, ["volume", "create", ...labelFlags(labels), volume]);
      const sockets = ["volume", "create", ...labelFlags(ownLabels(stack)), socketVolume(stack)];
      await docker(endpoint, sockets);
      await fill();
      await lock.check();
      const script = 'set -e; cat > "$1.new"; sync "$1.new"; mv "$1.new" "$1"; sync "$(dirname "$1")"';
      await inVolume(target, ["sh", "-c", script, "sh", RESTORED_FILE], "writable", `${from}\n`);
    } catch (error) {
      await sweep(target);
      await dockerTry(endpoint, ["volume", "rm", volume]);
      throw error;
    } finally {
      await sweep(target);
    }
  });
}

/** What a restore needs for itself goes with it, and with whatever next removes what no state knows. */
function ownLabels(stack: string): Record<string, string> {
  return { "strongroom.stack": stack, "strongroom.role": "restore" };
}

function socketVolume(stack: string): string {
  return `strongroom-${stack}-restore`;
}

function socketMount(stack: string): string[] {
  return ["--mount", `type=volume,source=${socketVolume(stack)},target=${RESTORE_SOCKET_FOLDER}`];
}

/** Removes what an earlier restore may have left, but for the volume that it was to fill. */
async function sweep({ endpoint, stack }: RestoreTarget): Promise<void> {
  await removeContainers(endpoint, await containersWith(endpoint, ownLabels(stack)));
  await dockerTry(endpoint, ["volume", "rm", socketVolume(stack)]);
}

/** Flags of every container of a restore. */
export function restoreFlags(stack: string, memoryMiB: number): string[] {
  return [...labelFlags(ownLabels(stack)), ...confined({ user: POSTGRES_USER, memoryMiB, processes: 512 })];
}

/**
 * The server as the stack will run it, on the new volume, without a network.
 * @param more further arguments of the server
 * @param seconds that it may take until it answers
 * @returns its container, answering
 * @throws OperationError with what it said last
 */
export async function startServer(
  { endpoint, stack, volume, server }: RestoreTarget,
  more: string[] = [],
  seconds = START_SECONDS,
): Promise<string> {
  const container = await docker(endpoint, [
    "run",
    "--detach",
    ...restoreFlags(stack, server.memoryMiB),
    "--network=none",
    "--stop-signal=SIGINT",
    `--shm-size=${Math.max(64, Math.floor(server.memoryMiB / 4))}m`,
    "--mount",
    `type=volume,source=${volume},target=${DATA_VOLUME}`,
    ...socketMount(stack),
    ...server.envs.map((each) => `--env=${each}`),
    "--entrypoint=bash",
    server.image,
    ...["-c", START_SCRIPT, "strongroom", ...server.command, ...more],
  ]);
  // The one that the entry point runs while it makes a new database listens to no address.
  const query = "SELECT 1 / (current_setting('listen_addresses') <> '')::int";
  const script = `${POSTGRES_PATH}; exec psql --no-psqlrc --quiet --username=postgres --dbname="$1" --command="$2"`;
  for (const deadline = Date.now() + seconds * 1000; ; await sleep(300)) {
    const asked = ["exec", container, "sh", "-c", script, "sh", server.database, query];
    if ((await dockerTry(endpoint, asked)).exitCode === 0) return container;
    const [state] = await inspectContainers(endpoint, [container]);
    if (state?.State.Running && Date.now() < deadline) continue;
    const logs = await dockerTry(endpoint, ["logs", "--tail=20", container]);
    throw new OperationError(
      `the server for the restored database does not start: ${`${logs.stdout}\n${logs.stderr}`.trim()}`,
    );
  }
}

/** Its data is whole on disk afterwards. */
export async function stopServer(endpoint: string, container: string): Promise<void> {
  await docker(endpoint, ["stop", "--time=600", container], { timeoutSeconds: 660 });
  const [state] = await inspectContainers(endpoint, [container]);
  if (state?.State.ExitCode !== 0)
    throw new OperationError("the server for the restored database did not stop in an orderly way");
}

/** Runs a command of the sidecar's program on the backups, which it cannot write. */
async function tell(
  { endpoint, stack, backup }: RestoreTarget,
  command: "check" | "restore",
  request: RestoreRequest,
  flags: string[],
): Promise<Receipt> {
  const args = [
    "run",
    "--rm",
    "--interactive",
    ...restoreFlags(stack, backup.memoryMiB),
    ...flags,
    "--mount",
    `type=volume,source=${backup.volume},target=${BACKUP_FOLDER},readonly`,
    "--entrypoint=node",
    backup.image,
    "/app/main.js",
    command,
  ];
  // In its memory and this process's alone: neither an argument nor a variable.
  const input = JSON.stringify(request);
  const { exitCode, stdout, stderr } = await dockerTry(endpoint, args, {
    input,
    timeoutSeconds: LONG_SECONDS,
  });
  if (exitCode !== 0)
    throw new OperationError(
      `backup ${request.id} cannot be restored: ${stderr.trim() || `exit code ${exitCode}`}`,
    );
  return JSON.parse(stdout) as Receipt;
}

export function inVolume(
  { endpoint, stack, volume, server }: RestoreTarget,
  [program = "", ...args]: string[],
  access: "readonly" | "writable",
  input = "",
): Promise<string> {
  const mount = `type=volume,source=${volume},target=${DATA_VOLUME}${access === "readonly" ? ",readonly" : ""}`;
  return docker(
    endpoint,
    [
      ...["run", "--rm", "--interactive", "--network=none", ...restoreFlags(stack, 64), "--mount", mount],
      ...[`--entrypoint=${program}`, server.image, ...args],
    ],
    { input },
  );
}
