import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { confined, docker, labelFlags } from "./docker";
import { OperationError } from "./errors";
import { tarOf } from "./tar";

const { basename, dirname } = posix;

/** A container that an operation makes and removes itself. */
export interface OneOffContainer {
  name: string;
  labels: Record<string, string>;
  /** Name of the one network that it is on. */
  network: string;
  /** Image id or reference that its host has. */
  image: string;
  command: string[];
  /** `NAME=value`; a value may be a secret. */
  envs: string[];
  /** Secret files by absolute path; only `user` can read them. */
  files: { path: string; content: string }[];
  user: { uid: number; gid: number };
  memoryMiB: number;
  /** CPU cores. */
  cpus: number;
  /** Processes and threads. */
  processes: number;
  /** Further flags of `docker create`; no secrets. */
  flags?: string[];
}

/**
 * Makes a hardened container that writes nowhere but to its mounts and a /tmp of 64 MiB, and does not start it.
 * Secrets pass no command line.
 * @returns its id
 * @throws OperationError with Docker's own message, and for a variable of more than one line
 */
export async function createOneOff(endpoint: string, container: OneOffContainer): Promise<string> {
  const { files, user } = container;
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  const id = await withEnvironmentFile(container.envs, (environmentFile) =>
    docker(
      endpoint,
      [
        "create",
        `--name=${container.name}`,
        ...labelFlags(container.labels),
        `--network=${container.network}`,
        ...confined(container),
        `--cpus=${container.cpus}`,
        "--log-driver=json-file",
        // Uploads into a read-only container fail; into its volumes they do not.
        ...folders.map((folder) => `--volume=${folder}`),
        // Not on the command line: a value may be a secret.
        `--env-file=${environmentFile}`,
        "--restart=no",
        ...(container.flags ?? []),
        container.image,
        ...container.command,
      ],
      { timeoutSeconds: 600 },
    ),
  );
  for (const folder of folders) {
    const own = files.filter(({ path }) => dirname(path) === folder);
    const input = await tarOf(
      own.map(({ path, content }) => ({ name: basename(path), content, ...user, mode: 0o400 })),
    );
    await docker(endpoint, ["cp", "-", `${id}:${folder}`], { input });
  }
  return id;
}

/** Gives variables to a docker command in a file that only this user can read, and that is gone afterwards. */
async function withEnvironmentFile<T>(envs: string[], run: (file: string) => Promise<T>): Promise<T> {
  const broken = envs.find((env) => env.includes("\n"));
  if (broken !== undefined) {
    throw new OperationError(
      `the variable ${broken.slice(0, broken.indexOf("="))} has more than one line, which Docker cannot be given`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "strongroom-"));
  try {
    const file = join(folder, "environment");
    await writeFile(file, envs.join("\n"), { mode: 0o600 });
    return await run(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
