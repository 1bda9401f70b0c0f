import { docker, dockerTry, removeContainers } from "./docker";

/** Labelled resources on a Docker host, by kind; ids of containers and networks, names of volumes. */
export interface DockerResources {
  containers: string[];
  networks: string[];
  volumes: string[];
}

/** Removes what no state knows: containers first, since they hold the networks and volumes. */
export async function removeOrphans(endpoint: string, orphans: DockerResources): Promise<void> {
  await removeContainers(endpoint, orphans.containers);
  for (const network of orphans.networks) await docker(endpoint, ["network", "rm", network]);
  // One that something mounts again meanwhile is refused by Docker; the next run sees it.
  for (const volume of orphans.volumes) await dockerTry(endpoint, ["volume", "rm", volume]);
}
