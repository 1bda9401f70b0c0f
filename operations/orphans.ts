import { docker, dockerTry, removeContainers } from "./docker";

/** Labelled resources on a Docker host, by kind; ids of containers and networks, names of volumes. */
export interface DockerResources {
  containers: string[];
  networks: string[];
  volumes: string[];
}

/** A volume that Docker does not remove. */
export interface StayingVolume {
  name: string;
  /** Docker's own message. */
  reason: string;
}

/**
 * Removes what no state knows: containers first, since they hold the networks and volumes.
 * @returns volumes that stay, e.g. one that something mounts again meanwhile; the next run sees them
 * @throws OperationError for a container or network that stays
 */
export async function removeOrphans(endpoint: string, orphans: DockerResources): Promise<StayingVolume[]> {
  await removeContainers(endpoint, orphans.containers);
  for (const network of orphans.networks) await docker(endpoint, ["network", "rm", network]);
  const staying: StayingVolume[] = [];
  for (const name of orphans.volumes) {
    const { exitCode, stderr } = await dockerTry(endpoint, ["volume", "rm", name]);
    if (exitCode !== 0 && !/no such volume/i.test(stderr))
      staying.push({ name, reason: stderr.trim() || `exit code ${exitCode}` });
  }
  return staying;
}
