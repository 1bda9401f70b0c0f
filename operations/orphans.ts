import { docker, dockerTry } from "./docker";

/** What a stack has on a Docker host, by kind; ids of containers and networks, names of volumes. */
export interface DockerResources {
  containers: string[];
  networks: string[];
  volumes: string[];
}

/** Roles that are never removed as orphans: data, and the lock, which has an owner of its own. */
const KEPT_ROLES = ["database-data", "service-data", "lock"];

/**
 * Labelled resources of a stack on a host that its state does not know, left by an interrupted run. Data
 * volumes and the lock are never among them.
 * @param known ids of containers and networks and names of volumes, as state has them
 */
export async function findOrphans(
  endpoint: string,
  stack: string,
  known: DockerResources,
): Promise<DockerResources> {
  const filter = ["--filter", `label=strongroom.stack=${stack}`];
  const kept = `{{.Label "strongroom.role"}}`;
  const [containers, networks, volumes] = await Promise.all([
    docker(endpoint, ["ps", "--all", "--no-trunc", ...filter, "--format", `{{.ID}} ${kept}`]),
    docker(endpoint, ["network", "ls", "--no-trunc", ...filter, "--format", `{{.ID}} ${kept}`]),
    docker(endpoint, ["volume", "ls", ...filter, "--format", `{{.Name}} ${kept}`]),
  ]);
  return {
    containers: unknown(containers, known.containers),
    networks: unknown(networks, known.networks),
    volumes: unknown(volumes, known.volumes),
  };
}

/** Removes orphans: containers first, since they hold the networks and volumes. */
export async function removeOrphans(endpoint: string, orphans: DockerResources): Promise<void> {
  if (orphans.containers.length > 0)
    await docker(endpoint, ["rm", "--force", "--volumes", ...orphans.containers]);
  for (const network of orphans.networks) await docker(endpoint, ["network", "rm", network]);
  // A volume without a single container may have been taken up meanwhile: Docker refuses, the next run sees.
  for (const volume of orphans.volumes) await dockerTry(endpoint, ["volume", "rm", volume]);
}

function unknown(listing: string, known: string[]): string[] {
  return listing
    .split("\n")
    .map((line) => line.trim().split(" "))
    .filter(([id, role]) => id && !KEPT_ROLES.includes(role ?? "") && !known.includes(id))
    .map(([id]) => id!);
}
