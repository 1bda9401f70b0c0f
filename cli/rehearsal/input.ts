import { healthDeadlineSeconds, renderTmpfs } from "../../components/container/hardened";
import {
  DATA_VOLUME,
  ENTRYPOINT,
  healthQuery,
  idleRole,
  POSTGRES_USER,
  serverArguments,
  serverEnvironment,
  sharedMemoryMiB,
  SOCKET_FOLDER,
} from "../../components/database/server";
import { migrationJob } from "../../components/migration/job";
import { releaseHash } from "../../components/service/release";
import { secretFilesOf, variablesOf } from "../../components/service/variables";
import type { DatabaseSettings, ServiceSettings, Settings } from "../../config/settings";
import type { RehearsalInput, RehearsedService } from "../../operations/rehearsal/rehearsal";
import type { ScratchSettings } from "../../operations/rehearsal/scratch";
import { provisioningSql } from "../../operations/database-roles";

/**
 * What a rehearsal of the configured release is made of: the same server, job and services that the stack declares.
 * Holds secrets.
 * @param database id of production's database container
 */
export function rehearsalInput(settings: Settings, database: string): RehearsalInput {
  const { migration, services } = settings;
  const service = services[migration.service]!;
  const job = migrationJob(migration, service, "", variablesOf(service).lines);
  const others = Object.values(services).filter(({ name }) => name !== service.name);
  return {
    endpoint: settings.hosts[settings.database.host]!.docker,
    stack: settings.stack,
    database,
    scratch: scratchSettings(settings.database),
    recreate: settings.strategy === "recreate",
    migration: {
      service: service.name,
      release: releaseHash(service),
      version: versionText(service),
      image: service.image.reference,
      ...(migration.history === undefined ? {} : { history: migration.history }),
      ...(job === undefined ? {} : { job }),
    },
    services: [service, ...others].map(rehearsedService),
  };
}

/** The version of a service's image for people; without one the image itself. */
export function versionText({ image }: ServiceSettings): string {
  return image.version ?? image.reference;
}

function scratchSettings(database: DatabaseSettings): ScratchSettings {
  const { limits, roleNames, rolePasswords, activeRole, dump } = database;
  const [entrypoint = "", ...words] = ENTRYPOINT;
  const health = healthQuery(database);
  return {
    name: database.name,
    hostname: database.hostname,
    dataFolder: DATA_VOLUME,
    entrypoint,
    command: [...words, ...serverArguments(database)],
    envs: serverEnvironment(database),
    user: POSTGRES_USER,
    memoryMiB: limits.memoryMiB,
    cpus: limits.cpus,
    processes: limits.processes,
    flags: [
      `--shm-size=${sharedMemoryMiB(database)}m`,
      ...tmpfsFlags({ [SOCKET_FOLDER]: { ...POSTGRES_USER, sizeMiB: 1 } }),
    ],
    health: { test: health, timeoutSeconds: 10 },
    roles: provisioningSql(database.name, {
      owner: roleNames.owner,
      login: { role: roleNames[activeRole], password: rolePasswords[activeRole].reveal() },
      idle: idleRole(database),
      ...(dump ? { dump: { role: dump.role, password: dump.password.reveal() } } : {}),
    }),
  };
}

function rehearsedService(service: ServiceSettings): RehearsedService {
  const { limits, healthCheck, user } = service;
  const paths = service.writablePaths.map(({ path, sizeMiB = 64 }) => [path, { ...user, sizeMiB }] as const);
  return {
    name: service.name,
    version: versionText(service),
    container: {
      image: service.image.reference,
      command: service.command ?? [],
      envs: variablesOf(service).lines,
      files: secretFilesOf(service),
      user,
      memoryMiB: limits.memoryMiB,
      cpus: limits.cpus,
      processes: limits.processes,
      flags: [
        ...tmpfsFlags(Object.fromEntries(paths)),
        ...service.capabilities.map((name) => `--cap-add=${name}`),
        // It is asked from outside, as the configuration says; the image may have another one.
        "--no-healthcheck",
      ],
    },
    health: { test: healthCheck.test, timeoutSeconds: healthCheck.timeoutSeconds },
    readySeconds: healthDeadlineSeconds(healthCheck),
    port: service.port,
    domain: service.domain,
    smoke: service.smoke,
  };
}

function tmpfsFlags(tmpfs: Parameters<typeof renderTmpfs>[0]): string[] {
  return Object.entries(renderTmpfs(tmpfs)).map(([path, options]) => `--tmpfs=${path}:${options}`);
}
