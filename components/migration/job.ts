import type { MigrationSettings, ServiceSettings } from "../../config/settings";
import type { MigrationJob } from "../../operations/migration";
import { secretFilesOf } from "../service/variables";

/**
 * The job by which a service's image migrates the database; undefined for a product that migrates when it starts.
 * @param network name of the network on which it reaches the database
 * @param envs `NAME=value`, the service's own
 */
export function migrationJob(
  settings: MigrationSettings,
  service: ServiceSettings,
  network: string,
  envs: string[],
): MigrationJob | undefined {
  if (settings.mode !== "job") return undefined;
  return {
    command: settings.command,
    envs,
    files: secretFilesOf(service),
    user: service.user,
    network,
    memoryMiB: service.limits.memoryMiB,
    cpus: service.limits.cpus,
    timeoutSeconds: settings.timeoutSeconds,
  };
}
