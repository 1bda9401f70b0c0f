import { docker, dockerTry } from "./docker";

/** Labelled resources on a Docker host, by kind; ids of containers and networks, names of volumes. */
export interface DockerResources {
  containers: string[];
  networks: string[];
  volumes: string[];
}

/** Removes what no state knows: containers first, since they hold the networks and volumes. */
export async function removeOrphans(endpoint: string, orphans: DockerResources): Promise<void> {
  if (orphans.containers.length > 0)
    await docker(endpoint, ["rm", "--force", "--volumes", ...orphans.containers]);
  for (const network of orphans.networks) await docker(endpoint, ["network", "rm", network]);
  // One that something mounts again meanwhile is refused by Docker; the next run sees it.
  for (const volume of orphans.volumes) await dockerTry(endpoint, ["volume", "rm", volume]);
}
