import type { DatabaseServer } from "../database-server";
import { docker, dockerTry, inspectContainers, removeContainers } from "../docker";
import { endDumps } from "../dump-sessions";
import { OperationError } from "../errors";
import { jobContainer, Migration, type MigrationInput } from "../migration";
import { createOneOff, type OneOffContainer } from "../one-off";
import { awaitHealth, type StopSign, failure } from "./health";
import {
  REHEARSAL_FLAGS,
  rehearsalLabels,
  rehearsalName,
  removeRehearsal,
  requireMemory,
  ScratchServer,
  type ScratchSettings,
} from "./scratch";

/** A service of the new release as it would run, with its secrets. */
export interface RehearsedService {
  name: string;
  /** For people. */
  version: string;
  container: Omit<OneOffContainer, "name" | "labels" | "network">;
  health: { test: string[]; timeoutSeconds: number };
  /** Longest time from its start until it is healthy, seconds. */
  readySeconds: number;
  port: number;
  domain: string;
  smoke: { path: string; status: number };
}

export interface RehearsalInput {
  /** Docker endpoint of the host that has the database and the services. */
  endpoint: string;
  stack: string;
  /** Id of production's database container. */
  database: string;
  scratch: ScratchSettings;
  /** Whether the release may not run beside one that has migrated further. */
  recreate: boolean;
  /** As `migrate` gets it, but for the database's container and the job's network. */
  migration: Omit<MigrationInput, "database"> & { history?: string | undefined };
  /** The one that migrates first. */
  services: RehearsedService[];
}

/** How a rehearsal went; lengths in seconds. */
export interface RehearsalResult {
  databaseBytes: number;
  copySeconds: number;
  /** `done`: the database was there already; `on-start`: the product migrates when it starts. */
  migration: "job" | "done" | "on-start";
  /** 0 without a migration; of one at the start, until the service was healthy. */
  migrationSeconds: number;
  /** By service, from its start until it was healthy. */
  readySeconds: Record<string, number>;
}

/** Reports a step. @param title what is being done */
export type Step = <T>(title: string, run: () => Promise<T>) => Promise<T>;

/** How long a smoke request may take, seconds: as through the edge. */
const SMOKE_SECONDS = 5;

/** Asks a service from inside the network: the server's image has bash, and no other client. Prints the status. */
const SMOKE_SCRIPT = `exec 3<>"/dev/tcp/$1/$2"
printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' "$3" "$4" >&3
IFS=' ' read -r -t ${SMOKE_SECONDS} _ status _ <&3
printf '%s' "$status"`;

/**
 * Migrates a copy of the database by the new release and starts each of its services on it, one after the other, until
 * it is healthy and answers its smoke request. Everything is on an internal network without a way to the outside or to
 * production, and removed at the end; what an earlier rehearsal left, at the beginning. Of production's database it
 * only reads.
 * @throws RehearsalError with the log of what failed, OperationError when the rehearsal itself cannot be made
 */
export async function rehearse(
  input: RehearsalInput,
  step: Step,
  stopIfAsked: StopSign,
): Promise<RehearsalResult> {
  const { endpoint, stack } = input;
  await removeRehearsal(endpoint, stack);
  await endDumps({ endpoint, container: input.database }, "rehearsal");
  await requireMemory(endpoint, stack, memoryOf(input));
  try {
    return await run(input, step, stopIfAsked);
  } finally {
    await removeRehearsal(endpoint, stack);
  }
}

async function run(input: RehearsalInput, step: Step, stopIfAsked: StopSign): Promise<RehearsalResult> {
  const { endpoint, stack, services } = input;
  const production = { endpoint, container: input.database, database: input.scratch.name };
  const scratch = await step("Starting a scratch database server", () =>
    ScratchServer.start(stack, production, input.scratch, stopIfAsked),
  );
  stopIfAsked();
  const copied = await step("Copying the database", () => scratch.copy());
  stopIfAsked();
  const migrated = await step(`Migrating the copy to ${input.migration.version}`, () =>
    migrate(input, scratch.server),
  );
  const readySeconds: Record<string, number> = {};
  for (const service of services) {
    stopIfAsked();
    readySeconds[service.name] = await step(`Starting ${service.name} ${service.version} on the copy`, () =>
      prove(input, service, scratch.server, stopIfAsked),
    );
  }
  const first = readySeconds[input.migration.service] ?? 0;
  return {
    databaseBytes: copied.bytes,
    copySeconds: copied.seconds,
    migration: migrated.kind,
    migrationSeconds: migrated.kind === "on-start" ? first : migrated.seconds,
    readySeconds,
  };
}

/** Server and, one after the other, job and services. */
function memoryOf({ scratch, migration, services }: RehearsalInput): number {
  const others = services.map(({ container }) => container.memoryMiB);
  return scratch.memoryMiB + Math.max(migration.job?.memoryMiB ?? 0, ...others);
}

async function migrate(
  { endpoint, stack, migration, recreate }: RehearsalInput,
  server: DatabaseServer,
): Promise<{ kind: RehearsalResult["migration"]; seconds: number }> {
  const { history, ...rest } = migration;
  const database = { container: server.container, name: server.database, ...(history ? { history } : {}) };
  // The copy has production's ledger too.
  const ledger = new Migration(endpoint, stack, { ...rest, database });
  if (recreate) await ledger.refuseIfPassed();
  if (await ledger.isDone()) return { kind: "done", seconds: 0 };
  if (!migration.job) return { kind: "on-start", seconds: 0 };
  const { service, version, image, job } = migration;
  const container = await createOneOff(endpoint, {
    ...jobContainer(image, { ...job, network: rehearsalName(stack) }),
    name: rehearsalName(stack, "migration"),
    labels: rehearsalLabels(stack),
    flags: REHEARSAL_FLAGS,
  });
  await docker(endpoint, ["start", container]);
  const waited = await dockerTry(endpoint, ["wait", container], { timeoutSeconds: job.timeoutSeconds });
  if (waited.exitCode !== 0)
    throw await failure(
      endpoint,
      container,
      `the migration of ${service} to ${version} did not end within ${job.timeoutSeconds} s`,
    );
  const [state] = await inspectContainers(endpoint, [container]);
  const code = state?.State.ExitCode;
  if (code !== 0)
    throw await failure(
      endpoint,
      container,
      `the migration of ${service} to ${version} failed with exit code ${code}`,
    );
  const seconds = await ranSeconds(endpoint, container);
  await removeContainers(endpoint, [container]);
  return { kind: "job", seconds };
}

/** By Docker's own clock, which has no part of our calls in it. */
async function ranSeconds(endpoint: string, container: string): Promise<number> {
  const format = "{{.State.StartedAt}} {{.State.FinishedAt}}";
  const text = await docker(endpoint, ["container", "inspect", "--format", format, container]);
  const [from = NaN, to = NaN] = text.trim().split(" ").map(Date.parse);
  return (to - from) / 1000;
}

/** @returns seconds from its start until it was healthy */
async function prove(
  { endpoint, stack }: RehearsalInput,
  service: RehearsedService,
  server: DatabaseServer,
  stopIfAsked: StopSign,
): Promise<number> {
  const name = rehearsalName(stack, service.name);
  const container = await createOneOff(endpoint, {
    ...service.container,
    name,
    labels: rehearsalLabels(stack),
    network: rehearsalName(stack),
    flags: [...(service.container.flags ?? []), ...REHEARSAL_FLAGS],
  });
  const what = `${service.name} ${service.version}`;
  const started = Date.now();
  await docker(endpoint, ["start", container]);
  const check = { ...service.health, seconds: service.readySeconds, what };
  await awaitHealth(endpoint, container, check, stopIfAsked);
  const seconds = (Date.now() - started) / 1000;
  const status = await smokeStatus(server, name, service);
  if (status !== service.smoke.status)
    throw await failure(
      endpoint,
      container,
      `the smoke request ${service.smoke.path} to ${what} gave ${status === 0 ? "no answer" : `status ${status}`}, expected ${service.smoke.status}`,
    );
  await removeContainers(endpoint, [container]);
  return seconds;
}

/** Status of the service's answer, 0 without one. */
async function smokeStatus(
  { endpoint, container }: DatabaseServer,
  host: string,
  { port, smoke, domain }: RehearsedService,
): Promise<number> {
  const args = ["bash", "-c", SMOKE_SCRIPT, "bash", host, String(port), smoke.path, domain];
  const timeoutSeconds = SMOKE_SECONDS * 2;
  const { stdout } = await dockerTry(endpoint, ["exec", container, ...args], { timeoutSeconds });
  return Number(stdout.trim()) || 0;
}

/** @throws OperationError when the stack has no running database to copy */
export function requireDatabase(stack: string, running: string | undefined): string {
  if (running !== undefined) return running;
  throw new OperationError(`the database of stack ${stack} does not run, so there is nothing to copy`);
}
