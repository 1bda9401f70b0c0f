import { POSTGRES_USER } from "../../components/database/server";
import { BACKUPS_VOLUME } from "../../components/backup/sidecar";
import { volumeName } from "../../components/labels";
import type { BackupSettings, Settings } from "../../config/settings";
import { BACKUP_FOLDER, EXPORTS_FOLDER, type StoreListing } from "../../operations/backup/sidecar";
import { confined, docker, dockerTry, findContainers } from "../../operations/docker";
import { OperationError } from "../../operations/errors";

/** Longest that a look at the store, or a write of some megabytes, may take: 5 minutes. */
const SECONDS = 300;

/**
 * The volume with a stack's backups, also while no sidecar runs: an update that mends the sidecar needs it before. The
 * sidecar's own program works on it, in the sidecar or in a container that goes at once and is on no network.
 */
export class BackupStore {
  private constructor(
    private readonly endpoint: string,
    /** Arguments of docker up to the program. */
    private readonly prefix: (program: string) => string[],
  ) {}

  /** @returns undefined while there is no volume yet */
  static async find(
    stack: string,
    settings: Settings,
    backup: BackupSettings,
  ): Promise<BackupStore | undefined> {
    const endpoint = settings.hosts[settings.database.host]!.docker;
    const labels = { "strongroom.stack": stack, "strongroom.role": "backup" };
    const running = (await findContainers(endpoint, labels)).find(({ State }) => State.Status === "running");
    if (running)
      return new BackupStore(endpoint, (program) => ["exec", "--interactive", running.Id, program]);
    const volume = volumeName(stack, BACKUPS_VOLUME);
    const found = await dockerTry(endpoint, ["volume", "inspect", volume]);
    if (found.exitCode !== 0 && /no such volume/i.test(found.stderr)) return undefined;
    if (found.exitCode !== 0)
      throw new OperationError(`docker volume on ${endpoint}: ${found.stderr.trim()}`);
    const { memoryMiB } = backup.limits;
    return new BackupStore(endpoint, (program) => [
      ...["run", "--rm", "--interactive", "--network=none"],
      ...confined({ user: POSTGRES_USER, memoryMiB, processes: 64 }),
      ...["--mount", `type=volume,source=${volume},target=${BACKUP_FOLDER}`],
      ...[`--entrypoint=${program}`, backup.image.reference],
    ]);
  }

  async list(): Promise<StoreListing> {
    return (await this.tell("list")) as StoreListing;
  }

  /** Runs a command of the sidecar's program. @returns its answer @throws OperationError with its message */
  async tell(
    command: "list" | "take-export" | "sign-export",
    input: string | Uint8Array = "",
  ): Promise<unknown> {
    return JSON.parse(await this.run("node", ["/app/main.js", command], input)) as unknown;
  }

  /** The bytes of an export as they lie there now. */
  async read(file: string): Promise<Uint8Array> {
    return Buffer.from(await this.run("base64", ["--wrap=0", `${EXPORTS_FOLDER}/${file}`]), "base64");
  }

  private run(program: string, args: string[], input: string | Uint8Array = ""): Promise<string> {
    return docker(this.endpoint, [...this.prefix(program), ...args], { input, timeoutSeconds: SECONDS });
  }
}
