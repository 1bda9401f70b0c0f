import { z } from "zod";
import { compareVersions } from "../policies/gate/versions";
import { holdBackups } from "./backup/hold";
import { type DatabaseServer, literal, psql } from "./database-server";
import { containersWith, docker, dockerTry, inspectContainers, removeContainers } from "./docker";
import { dumpDatabase } from "./dump";
import { OperationError } from "./errors";
import { createOneOff, type OneOffContainer } from "./one-off";
import { timeTag } from "./time-tag";

/** What a release's migration needs; part of the inputs of `migrate` and `cutover`. */
export const migrationInput = z.object({
  database: z.object({
    container: z.string(),
    name: z.string(),
    /** Table in which the product records its migrations, if that is known. */
    history: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*([.][a-z_][a-z0-9_]*)?$/)
      .optional(),
  }),
  service: z.string(),
  release: z.string(),
  /** For people: the image's tag or version. */
  version: z.string(),
  /** Literal reference; by it the ledger knows what was migrated. */
  image: z.string(),
  /**
   * A job that the stack runs before any instance of the release; without it the product migrates when its first
   * instance starts.
   */
  job: z
    .object({
      command: z.array(z.string()),
      envs: z.array(z.string()),
      /** Secret files by absolute path. */
      files: z.array(z.object({ path: z.string(), content: z.string() })),
      user: z.object({ uid: z.number().int(), gid: z.number().int() }),
      network: z.string(),
      memoryMiB: z.number().int(),
      cpus: z.number(),
      timeoutSeconds: z.number().int(),
    })
    .optional(),
});

export type MigrationInput = z.infer<typeof migrationInput>;
export type MigrationJob = NonNullable<MigrationInput["job"]>;

/** A line of the ledger. */
export interface LedgerEntry {
  id: number;
  image: string;
  version: string;
  result: "running" | "done" | "failed";
  finishedAt: string;
  dump: string;
}

const LAST_LINES = 20;

/** Also waits for a lock no longer than this, so that a migration never stops the running release for long. */
const LOCK_TIMEOUT = "-c lock_timeout=10s";

/** Processes and threads of a job. */
const JOB_PROCESSES = 256;

/** The container of a stack's migration; its fixed name lets Docker allow one at a time. */
export function migrationContainer(stack: string): string {
  return `strongroom-${stack}-migration`;
}

/** Marks what came after an entry as failed: the database was found as it was before. */
export async function forgetMigrations(server: DatabaseServer, afterEntry: number): Promise<void> {
  await psql(
    server,
    `UPDATE strongroom.migrations SET result = 'failed', finished_at = now()
     WHERE id > ${afterEntry} AND result <> 'failed';`,
  );
}

/**
 * A release that came after this one, if the database was brought to it: this one is older than the schema.
 * @param byVersion whether a database that never had this image is judged by the versions, as far as they say
 */
export function passedBy(
  ledger: LedgerEntry[],
  { image, version }: Pick<MigrationInput, "image" | "version">,
  byVersion: boolean,
): LedgerEntry | undefined {
  const done = ledger.filter(({ result }) => result === "done");
  const own = done.findIndex((entry) => entry.image === image);
  if (own >= 0) return done.slice(own + 1).at(-1);
  if (!byVersion) return undefined;
  return done.filter((entry) => (compareVersions(entry.version, version) ?? 0) > 0).at(-1);
}

/** Brings a database to a release: at most one job at a time, at most one recorded success an image. */
export class Migration {
  private readonly server: DatabaseServer;
  private backupsHeld?: () => Promise<void>;

  constructor(
    private readonly endpoint: string,
    private readonly stack: string,
    readonly input: MigrationInput,
  ) {
    this.server = {
      endpoint,
      container: input.database.container,
      database: input.database.name,
    };
  }

  /** Whether the database was brought to this image before. */
  async isDone(): Promise<boolean> {
    return (await this.ledger()).some(({ image, result }) => image === this.input.image && result === "done");
  }

  /**
   * @param byVersion whether an image that the database never had is judged by its version: where nobody else does
   * @throws OperationError when the database was brought to a release after this one
   */
  async refuseIfPassed(byVersion = false): Promise<void> {
    const later = passedBy(await this.ledger(), this.input, byVersion);
    if (!later) return;
    throw new OperationError(
      `the database was migrated to ${later.version} at ${later.finishedAt}, and ${this.input.version} may not run on it: ` +
        `configure ${later.version} or a newer release, or restore the dump ${later.dump}`,
    );
  }

  /** Number of the ledger's last entry, 0 without any. */
  async lastEntry(): Promise<number> {
    return (await this.ledger()).at(-1)?.id ?? 0;
  }

  /** Entries in the order in which they were begun. */
  private async ledger(): Promise<LedgerEntry[]> {
    await psql(
      this.server,
      `CREATE SCHEMA IF NOT EXISTS strongroom;
       CREATE TABLE IF NOT EXISTS strongroom.migrations (
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, image text NOT NULL, service text NOT NULL,
         release text NOT NULL, version text NOT NULL, dump text NOT NULL,
         result text NOT NULL CHECK (result IN ('running', 'done', 'failed')),
         started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz);
       CREATE UNIQUE INDEX IF NOT EXISTS migrations_done ON strongroom.migrations (image) WHERE result = 'done';`,
    );
    const lines = await psql(
      this.server,
      "SELECT id, image, version, result, coalesce(finished_at::text, ''), dump FROM strongroom.migrations ORDER BY id;",
    );
    return lines
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [id = "", image = "", version = "", result = "", finishedAt = "", dump = ""] = line.split("\t");
        return { id: Number(id), image, version, result: result as LedgerEntry["result"], finishedAt, dump };
      });
  }

  /**
   * Dumps the database, then runs the job to its end; one that an interrupted run left is let to its end first, so
   * that its success is not repeated. For a product that migrates at its start there is only the dump: `record`
   * ends it.
   * @throws OperationError with the job's last lines when it fails
   */
  async run(): Promise<void> {
    const { job, service, version } = this.input;
    await endMigration(this.endpoint, this.stack);
    if (await this.isDone()) return;
    await this.begin();
    if (!job) return;
    const container = await this.create(job);
    await docker(this.endpoint, ["start", container]);
    const { code, lines } = await endJob(this.server, container, job.timeoutSeconds);
    if (code !== 0) {
      throw new OperationError(
        `the migration of ${service} to ${version} failed with exit code ${code}; its last lines:\n${lines}`,
      );
    }
  }

  /** Notes how the migration that was begun last ended. */
  record(result: "done" | "failed"): Promise<void> {
    return record(this.server, this.input.image, result);
  }

  /** The dump, and a line in the ledger that names it. */
  private async begin(): Promise<void> {
    await this.record("failed");
    const file = await dumpDatabase(
      this.server,
      this.stack,
      `${timeTag(new Date())}-before-${fileName(this.input.version)}`,
    );
    const { image, service, release, version } = this.input;
    const values = [image, service, release, version, file].map(literal).join(", ");
    await psql(
      this.server,
      `INSERT INTO strongroom.migrations (image, service, release, version, dump, result) VALUES (${values}, 'running');`,
    );
    // From here on the ledger keeps backups from beginning; one that has begun before is waited for.
    await this.releaseBackups();
    try {
      await this.holdBackups();
    } catch (error) {
      await this.record("failed");
      throw error;
    }
    await this.releaseBackups();
  }

  /**
   * Waits for a backup that dumps the database, and keeps others from beginning until the ledger has the migration, or
   * until `releaseBackups`. Before anything is stopped for the migration.
   * @throws OperationError when one still dumps after two minutes
   */
  async holdBackups(): Promise<void> {
    this.backupsHeld ??= await holdBackups(this.server);
  }

  /** Does nothing when none are held. */
  async releaseBackups(): Promise<void> {
    const release = this.backupsHeld;
    this.backupsHeld = undefined;
    await release?.();
  }

  private create(job: MigrationJob): Promise<string> {
    const { image, service, release, database } = this.input;
    return createOneOff(this.endpoint, {
      ...jobContainer(image, job),
      name: migrationContainer(this.stack),
      labels: {
        "strongroom.stack": this.stack,
        "strongroom.role": "migration",
        "strongroom.service": service,
        "strongroom.release": release,
        "strongroom.image": image,
        "strongroom.database": database.name,
        "strongroom.server": this.server.container,
        "strongroom.timeout": String(job.timeoutSeconds),
      },
    });
  }
}

/** What runs a migration's job, whatever its container is called. */
export function jobContainer(image: string, job: MigrationJob): Omit<OneOffContainer, "name" | "labels"> {
  const { command, envs, files, user, network, memoryMiB, cpus } = job;
  return {
    image,
    command,
    envs: [...envs, `PGOPTIONS=${LOCK_TIMEOUT}`],
    files,
    user,
    network,
    memoryMiB,
    cpus,
    processes: JOB_PROCESSES,
  };
}

/**
 * Lets a migration that an interrupted run left come to its end, notes how it ended, and removes its container.
 * @returns what was done, for people; undefined when there was none
 */
export async function endMigration(endpoint: string, stack: string): Promise<string | undefined> {
  const [job] = await inspectContainers(endpoint, [migrationContainer(stack)]);
  if (!job) return undefined;
  const label = (name: string) => job.Config.Labels[`strongroom.${name}`] ?? "";
  const servers = await containersWith(endpoint, {
    "strongroom.stack": stack,
    "strongroom.role": "database",
  });
  // It may have been replaced since; while there are two databases it is told by its id.
  const container = servers.find((id) => id === label("server")) ?? servers[0];
  if (container === undefined || job.State.Status === "created") {
    // Without a start it has done nothing; without a database there is nobody to tell.
    await removeContainers(endpoint, [job.Id]);
    return "removed a migration that was never started";
  }
  const server = { endpoint, container, database: label("database") };
  const { code } = await endJob(server, job.Id, Number(label("timeout")));
  return `the migration to release ${label("release")} was let to its end: ${code === 0 ? "done" : "failed"}`;
}

/** Waits for a job, notes how it ended and removes its container. */
async function endJob(
  server: DatabaseServer,
  container: string,
  timeoutSeconds: number,
): Promise<{ code: number; lines: string }> {
  const { endpoint } = server;
  const waited = await dockerTry(endpoint, ["wait", container], { timeoutSeconds });
  const [job] = await inspectContainers(endpoint, [container]);
  if (waited.exitCode !== 0 || !job) {
    throw new OperationError(
      `the migration did not end within ${timeoutSeconds} s; it goes on in container ${job?.Name.slice(1) ?? container}, and the next run waits for it again`,
    );
  }
  const code = job.State.ExitCode;
  const logs = await dockerTry(endpoint, ["logs", `--tail=${LAST_LINES}`, container]);
  await record(server, job.Config.Labels["strongroom.image"] ?? "", code === 0 ? "done" : "failed");
  await removeContainers(endpoint, [container]);
  return { code, lines: `${logs.stdout}\n${logs.stderr}`.trim() };
}

async function record(server: DatabaseServer, image: string, result: "done" | "failed"): Promise<void> {
  await psql(
    server,
    `UPDATE strongroom.migrations SET result = '${result}', finished_at = now()
     WHERE result = 'running' AND image = ${literal(image)};`,
  );
}

function fileName(version: string): string {
  return version.replace(/[^A-Za-z0-9.-]+/g, "-");
}
