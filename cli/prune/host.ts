import { docker, dockerOnPresent } from "../../operations/docker";
import { ADDED, addedMark, type HostImage, type ImageRun, repositoryOf } from "./decide";

/** What a host says of images and the containers that use them. */
export interface HostImages {
  runs: ImageRun[];
  /** Marks of archives that were added. */
  added: ImageRun[];
  /** Ids of the images of all its containers. */
  inUse: Set<string>;
  /** What the stack runs there now. */
  running: { part: string; image: string }[];
}

/** A container in the columns of `containerFormat`. */
interface Used {
  image: string;
  state: string;
  stack: string;
  role: string;
  service: string;
}

const label = (name: string) => `{{index .Config.Labels "strongroom.${name}"}}`;
const containerFormat = [
  "{{.Image}}",
  "{{.State.Status}}",
  label("stack"),
  label("role"),
  label("service"),
].join("\t");

/** Roles whose images are kept for a way back, and what the record calls them; a service by its name. */
const parts: Record<string, string> = { edge: "edge", "edge-front": "front", database: "database" };

/** @throws OperationError when the host does not answer */
export async function readHostImages(endpoint: string, stack: string): Promise<HostImages> {
  const [tags, containers] = await Promise.all([readTags(endpoint, stack), readContainers(endpoint)]);
  return {
    runs: tags.filter(({ part }) => part !== ADDED),
    added: tags.filter(({ part }) => part === ADDED),
    inUse: new Set(containers.map(({ image }) => image)),
    running: containers
      .filter((container) => container.stack === stack && container.state === "running")
      .flatMap(({ role, service, image }) => {
        const part = role === "service" ? service : parts[role];
        return part ? [{ part, image }] : [];
      }),
  };
}

async function readTags(endpoint: string, stack: string): Promise<ImageRun[]> {
  const repository = repositoryOf(stack);
  const text = await docker(endpoint, [
    "image",
    "ls",
    "--no-trunc",
    `--filter=reference=${repository}/*`,
    "--format={{.Repository}}\t{{.Tag}}\t{{.ID}}",
  ]);
  return lines(text).flatMap(([name = "", time = "", image = ""]) =>
    // A tag of another form is not this record's.
    /^\d{8}T\d{6}Z$/.test(time)
      ? [{ part: name.slice(repository.length + 1), time, image, reference: `${name}:${time}` }]
      : [],
  );
}

async function readContainers(endpoint: string): Promise<Used[]> {
  const ids = lines(await docker(endpoint, ["ps", "--all", "--quiet", "--no-trunc"])).flat();
  if (ids.length === 0) return [];
  const args = ["container", "inspect", `--format=${containerFormat}`, ...ids];
  return lines(await dockerOnPresent(endpoint, "container", args)).map(
    ([image = "", state = "", stack = "", role = "", service = ""]) => ({
      image,
      state,
      stack,
      role,
      service,
    }),
  );
}

function lines(text: string): string[][] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split("\t"));
}

/** Writes the record of what came into service. */
export async function recordRuns(endpoint: string, runs: ImageRun[]): Promise<void> {
  await Promise.all(runs.map(({ image, reference }) => docker(endpoint, ["tag", image, reference])));
}

/** Marks an image whose archive has been added: until it ran, it is nobody's old one, on whichever machine. */
export async function markAdded(endpoint: string, stack: string, image: string): Promise<void> {
  await recordRuns(endpoint, [addedMark(stack, image, new Date())]);
}

/**
 * Takes names from an image; with its last one it goes.
 * @returns whether the image is gone
 * @throws OperationError with Docker's own message when it is used again
 */
export async function removeNames(endpoint: string, { Id }: HostImage, names: string[]): Promise<boolean> {
  // Without force: what a container has come to use meanwhile stays.
  return (await dockerOnPresent(endpoint, "image", ["image", "rm", ...names])).includes(`Deleted: ${Id}`);
}
