import { type DatabaseServer, POSTGRES_PATH, psql } from "../database-server";
import { containersWith, docker, findContainers, labelFlags } from "../docker";
import { dumpFlags, endingDump } from "../dump-sessions";
import { OperationError } from "../errors";
import { imageOf, withHostLock } from "../lock";
import { createOneOff, type OneOffContainer } from "../one-off";
import { removeOrphans } from "../orphans";
import { pipeDocker } from "../pipe";
import { awaitHealth, type StopSign } from "./health";

/** A scratch database server, as the stack declares its own. */
export interface ScratchSettings {
  /** The product's database. */
  name: string;
  /** Name under which services reach the server. */
  hostname: string;
  /** Folder of its data in the container. */
  dataFolder: string;
  /** Program that starts it, its arguments, and its environment, which holds no secret. */
  entrypoint: string;
  command: string[];
  envs: string[];
  user: OneOffContainer["user"];
  memoryMiB: number;
  cpus: number;
  processes: number;
  flags: string[];
  health: { test: string[]; timeoutSeconds: number };
  /** SQL that gives it the stack's roles; passwords are in it as verifiers only. */
  roles: string;
}

/** Bytes that must be free for each byte of the database: a migration may write every table anew beside the old one. */
const SPACE_FACTOR = 2;

/** Bytes beside them, 2 GiB: as much log as Postgres keeps by itself (max_wal_size, 1 GiB), and as much for the host. */
const RESERVE_BYTES = 2 * 1024 ** 3;

/** Flags of each container of a rehearsal: an eighth of Docker's default weight, where production wants the processors. */
export const REHEARSAL_FLAGS = ["--cpu-shares=128"];

/** initdb on a slow disk takes a minute. */
const START_SECONDS = 180;

/** Longest that a table's lock is waited for, seconds: a dump must not queue before what production does. */
const DUMP = `${POSTGRES_PATH}; exec pg_dump --format=custom --compress=0 --username=postgres --lock-wait-timeout=30s --dbname="$1"`;
const RESTORE = `${POSTGRES_PATH}; exec pg_restore --exit-on-error --username=postgres --dbname="$1"`;
const ROLES = `${POSTGRES_PATH}; exec pg_dumpall --roles-only --no-role-passwords --username=postgres`;

/** Labels of everything that a rehearsal makes; by them the next one, and `up`, finds what was left. */
export function rehearsalLabels(stack: string): Record<string, string> {
  return { "strongroom.stack": stack, "strongroom.role": "rehearsal" };
}

/** Name of a part of a stack's rehearsal: there is at most one at a time. */
export function rehearsalName(stack: string, part?: string): string {
  return `strongroom-${stack}-rehearsal${part === undefined ? "" : `-${part}`}`;
}

/**
 * Removes every container, network and volume of a stack's rehearsals.
 * @throws OperationError when something of it stays: the next rehearsal would begin with it
 */
export async function removeRehearsal(endpoint: string, stack: string): Promise<void> {
  const labels = rehearsalLabels(stack);
  const filters = Object.entries(labels).flatMap(([key, value]) => ["--filter", `label=${key}=${value}`]);
  const list = async (kind: string) =>
    (await docker(endpoint, [kind, "ls", "--quiet", ...filters])).split("\n").filter(Boolean);
  const staying = await removeOrphans(endpoint, {
    containers: await containersWith(endpoint, labels),
    networks: await list("network"),
    volumes: await list("volume"),
  });
  if (staying.length === 0) return;
  const reasons = staying.map(({ name, reason }) => `volume ${name} (${reason})`);
  throw new OperationError(
    `${endpoint} does not remove what a rehearsal had made, with a copy of the data: ${reasons.join("; ")}`,
  );
}

/** What is said when a rehearsal was interrupted: it removes what is still there, and tells what stays. */
export async function endInterrupted(endpoint: string, stack: string): Promise<string> {
  try {
    await removeRehearsal(endpoint, stack);
    return "interrupted; what the rehearsal had made is removed, and production was not touched";
  } catch (error) {
    return `interrupted; production was not touched, but ${(error as Error).message}. The next \`rehearse\` or \`up\` tries again`;
  }
}

/**
 * @param neededMiB memory that the rehearsal's containers may take at the same time
 * @throws OperationError when the host has not that much beside what the stack's running containers may take
 */
export async function requireMemory(endpoint: string, stack: string, neededMiB: number): Promise<void> {
  const mib = (bytes: number) => Math.floor(bytes / 1024 ** 2);
  const total = mib(Number(await docker(endpoint, ["info", "--format", "{{.MemTotal}}"])));
  const running = (await findContainers(endpoint, { "strongroom.stack": stack })).filter(
    ({ State }) => State.Running,
  );
  const used = running.reduce((sum, { HostConfig }) => sum + mib(HostConfig.Memory), 0);
  if (used + neededMiB > total)
    throw new OperationError(
      `the rehearsal may take ${neededMiB} MiB, what runs of the stack ${used} MiB, and the host has ${total} MiB: ` +
        "nothing was started, since production could lose its memory; lower limits.memoryMiB or give the host more",
    );
}

/** A database server of its own beside production's, on an internal network of its own, with a copy of its data. */
export class ScratchServer {
  private constructor(
    private readonly endpoint: string,
    private readonly stack: string,
    private readonly production: DatabaseServer,
    private readonly settings: ScratchSettings,
    readonly server: DatabaseServer,
  ) {}

  /**
   * An empty server from the image of production's.
   * @throws OperationError when it does not start
   */
  static async start(
    stack: string,
    production: DatabaseServer,
    settings: ScratchSettings,
    deadline: StopSign,
  ): Promise<ScratchServer> {
    const { endpoint } = production;
    const labels = rehearsalLabels(stack);
    const [name, volume] = [rehearsalName(stack), rehearsalName(stack, "data")];
    await docker(endpoint, ["network", "create", "--internal", ...labelFlags(labels), name]);
    await docker(endpoint, ["volume", "create", ...labelFlags(labels), volume]);
    const { command, user, memoryMiB, cpus, processes } = settings;
    const container = await createOneOff(endpoint, {
      name: rehearsalName(stack, "database"),
      labels,
      network: name,
      image: await imageOf(endpoint, production.container),
      command,
      // Given as flags: one has several lines, and none is a secret.
      envs: [],
      files: [],
      user,
      memoryMiB,
      cpus,
      processes,
      flags: [
        ...REHEARSAL_FLAGS,
        `--entrypoint=${settings.entrypoint}`,
        `--network-alias=${settings.hostname}`,
        `--mount=type=volume,source=${volume},target=${settings.dataFolder}`,
        ...settings.envs.map((each) => `--env=${each}`),
        ...settings.flags,
      ],
    });
    await docker(endpoint, ["start", container]);
    await awaitHealth(
      endpoint,
      container,
      { ...settings.health, seconds: START_SECONDS, what: "the scratch database server" },
      deadline,
    );
    const server = { endpoint, container, database: settings.name };
    return new ScratchServer(endpoint, stack, production, settings, server);
  }

  /**
   * Copies production's roles, without their passwords, and its database as it is at one moment. Meanwhile the stack's
   * lock on the host is held, so that nothing migrates it.
   * @returns the size of production's database in bytes, and how long the copy took in seconds
   * @throws OperationError when there is no room for it, or a part of it cannot be copied
   */
  async copy(): Promise<{ bytes: number; seconds: number }> {
    const { endpoint, stack, production, settings, server } = this;
    const bytes = Number(await psql(production, "SELECT pg_database_size(current_database())"));
    await this.requireSpace(bytes);
    const started = Date.now();
    const image = await imageOf(endpoint, production.container);
    await withHostLock(endpoint, stack, "rehearse", image, async () => {
      await psql(server, otherRoles(await docker(endpoint, inShell(production, ROLES))));
      await psql(server, settings.roles);
      const dump = inShell(production, DUMP, ...dumpFlags("rehearsal"));
      // Ended while the stack is still locked.
      await endingDump(production, "rehearsal", () =>
        pipeDocker(endpoint, dump, inShell(server, RESTORE, "--interactive")),
      );
    });
    // A dump has no statistics, and a migration's plans go by them.
    await psql(server, "ANALYZE;");
    return { bytes, seconds: (Date.now() - started) / 1000 };
  }

  private async requireSpace(bytes: number): Promise<void> {
    const { endpoint, server, settings } = this;
    const args = ["exec", server.container, "df", "--block-size=1", "--output=avail", settings.dataFolder];
    const free = Number((await docker(endpoint, args)).trim().split("\n").at(-1));
    const wanted = bytes * SPACE_FACTOR + RESERVE_BYTES;
    if (free >= wanted) return;
    const needed = Math.ceil(wanted / 1024 ** 2);
    throw new OperationError(
      `a copy of the database may take ${needed} MiB with its migration, and the host has ${Math.floor(free / 1024 ** 2)} MiB left: nothing was copied`,
    );
  }
}

function inShell({ container, database }: DatabaseServer, script: string, ...flags: string[]): string[] {
  return ["exec", ...flags, container, "sh", "-c", script, "sh", database];
}

/** What makes the roles of one server on another; the superuser is there. */
export function otherRoles(dumped: string): string {
  return dumped
    .split("\n")
    .filter((line) => !/^(CREATE|ALTER) ROLE postgres\b/.test(line))
    .join("\n");
}
