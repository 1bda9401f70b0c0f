import { pipeline } from "node:stream/promises";
import { BACKUPS_VOLUME } from "../../components/backup/sidecar";
import { POSTGRES_USER } from "../../components/database/server";
import { volumeName } from "../../components/labels";
import type { Settings } from "../../config/settings";
import type { AdoptRequest } from "../../operations/backup/offsite";
import { BACKUP_FOLDER } from "../../operations/backup/sidecar";
import { confined, docker, labelFlags, spawnDocker } from "../../operations/docker";
import { OperationError } from "../../operations/errors";
import type { Archive, Stream } from "./source";

/**
 * Puts a backup or an export into the volume of the stack's backups on the database's host, which is made if it is not
 * there. The sidecar's own program checks it there by the trusted key, and signs it by the store's.
 * @param publicKey Ed25519 public key that its receipt must be signed with
 * @returns public key of the store
 * @throws OperationError with what is wrong; nothing of it is kept then
 */
export async function adoptArchive(
  stack: string,
  settings: Settings,
  signed: Archive,
  publicKey: string,
  stream: Stream,
): Promise<string> {
  const { image, limits } = settings.backup!;
  const endpoint = settings.hosts[settings.database.host]!.docker;
  const volume = volumeName(stack, BACKUPS_VOLUME);
  const labels = { "strongroom.stack": stack, "strongroom.role": "backup-data" };
  await docker(endpoint, ["volume", "create", ...labelFlags(labels), volume]);
  const child = spawnDocker(endpoint, [
    ...["run", "--rm", "--interactive", "--pull=never", "--network=none"],
    ...confined({ user: POSTGRES_USER, memoryMiB: limits.memoryMiB, processes: 64 }),
    ...["--mount", `type=volume,source=${volume},target=${BACKUP_FOLDER}`],
    ...["--entrypoint=node", image.reference, "/app/main.js", "adopt"],
  ]);
  let [out, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.write(`${JSON.stringify({ signed, publicKey } satisfies AdoptRequest)}\n`);
  const [, source, code] = await Promise.all([
    // What broke it shows in the ends of both sides.
    pipeline(stream.output, child.stdin).catch(() => undefined),
    stream.ended.then(
      () => undefined,
      (error: Error) => error,
    ),
    ended,
  ]);
  if (code !== 0)
    throw source ?? new OperationError(said.trim() || `${signed.receipt.id} cannot be taken over`);
  return (JSON.parse(out) as { publicKey: string }).publicKey;
}
