import { timeTag } from "../../operations/time-tag";

/**
 * A stack's record of what it ran, as a host keeps it: a tag for each image that a part (a service, the edge, its front,
 * the database) had in service. It lies on the Docker host, so that all operators see the same, and it keeps an image
 * without another name from being taken for waste.
 */
export interface ImageRun {
  part: string;
  /** When the image came into service, e.g. `20261122T072019Z`; later ones sort later. */
  time: string;
  /** Image id. */
  image: string;
  /** The tag, whole. */
  reference: string;
}

/** An image as `docker image inspect` tells of it. */
export interface HostImage {
  Id: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  /** Bytes, with the layers that it shares with others. */
  Size: number;
}

/** What is known when it is decided which images go. */
export interface PruneFacts {
  stack: string;
  runs: ImageRun[];
  /** Images that each part keeps, counted from the one that it ran last. */
  keep: number;
  /** Ids of the images of all containers on the host, running or not, of whichever stack. */
  inUse: ReadonlySet<string>;
  /**
   * Ids and digests (`sha256:…`) that something names: the configuration, locally built images, another stack's
   * records.
   */
  named: ReadonlySet<string>;
  /** By image id: when an archive with it was last verified by this machine's own records, ISO 8601. */
  verified: Readonly<Record<string, string>>;
  /** The host's own marks of archives that were added, by whichever machine; `part` is `ADDED`. */
  added: ImageRun[];
}

/** In the place of a part, in the tag of an image whose archive was added: no part's name has a dot. */
export const ADDED = "archive.added";

/** The mark of an image whose archive has just been added. */
export function addedMark(stack: string, image: string, now: Date): ImageRun {
  const time = timeTag(now);
  return { part: ADDED, time, image, reference: `${repositoryOf(stack)}/${ADDED}:${time}` };
}

/** Repository of a stack's tags, without the part. */
export function repositoryOf(stack: string): string {
  return `strongroom-${stack}-releases`;
}

/**
 * Tags for what now runs and is not yet the newest of its part.
 * @param now `timeTag`; a clock that is behind another operator's still gives the newest
 */
export function newRuns(
  stack: string,
  running: { part: string; image: string }[],
  runs: ImageRun[],
  now: Date,
): ImageRun[] {
  const last = new Map(running.map(({ part }) => [part, newestOf(runs, part)[0]]));
  const fresh = running.filter(({ part, image }) => last.get(part)?.image !== image);
  return [...new Map(fresh.map((run) => [run.part, run])).values()].map(({ part, image }) => {
    const time = following(last.get(part)?.time, now);
    return { part, time, image, reference: `${repositoryOf(stack)}/${part}:${time}` };
  });
}

/** Tags of an image that its part ran again later, or whose archive was added again: they say nothing any more. */
export function repeatedRuns(runs: ImageRun[]): ImageRun[] {
  const newest = new Set(partsOf(runs).flatMap((part) => newestOf(runs, part)));
  return runs.filter((run) => !newest.has(run));
}

/**
 * Images that were in service and that nothing needs any more, as far as ids tell; `removable` has the last word.
 * @returns image ids, sorted
 */
export function outdatedImages({ runs, keep, inUse, named, verified, added }: PruneFacts): string[] {
  const recent = new Set(
    partsOf(runs).flatMap((part) =>
      newestOf(runs, part)
        .slice(0, keep)
        .map(({ image }) => image),
    ),
  );
  const addedAt = (image: string) => [
    ...(verified[image] === undefined ? [] : [timeTag(new Date(verified[image]))]),
    ...added.filter((mark) => mark.image === image).map(({ time }) => time),
  ];
  const isNeeded = (image: string) =>
    recent.has(image) || inUse.has(image) || named.has(image) || awaitsItsUse(image, runs, addedAt(image));
  return [...new Set(runs.map(({ image }) => image))].filter((image) => !isNeeded(image)).sort();
}

/**
 * The names by which an outdated image is removed, those of the record last, so that what is interrupted is still
 * recorded. Docker removes an image with its last name, and never one that a container uses.
 * @returns undefined if somebody else names it: another stack's record, an operator's or a build's tag. The tags of an
 *   image out of a verified archive are the archive's own and go with it.
 */
export function removable(
  { Id, RepoTags, RepoDigests }: HostImage,
  { stack, named, verified, added }: PruneFacts,
): string[] | undefined {
  const tags = RepoTags ?? [];
  const digests = RepoDigests ?? [];
  const own = tags.filter((tag) => tag.startsWith(`${repositoryOf(stack)}/`));
  const others = tags.filter((tag) => !own.includes(tag));
  const strongrooms = /^strongroom(\/|-[a-z0-9-]+-releases\/)/;
  const isArchived = verified[Id] !== undefined || added.some(({ image }) => image === Id);
  if (others.some((tag) => !isArchived || strongrooms.test(tag))) return undefined;
  if (digests.some((digest) => named.has(digest.slice(digest.indexOf("@") + 1)))) return undefined;
  // Where Docker keeps images by their manifest, a tag has a digest of its own, which goes with it.
  const pulled = digests.filter((digest) => !digest.startsWith(`${repositoryOf(stack)}/`));
  return own.length === 0 ? undefined : [...pulled, ...others, ...own];
}

/** An archive that was added again since its image last ran is about to be applied. */
function awaitsItsUse(image: string, runs: ImageRun[], added: string[]): boolean {
  const ran = runs.filter((run) => run.image === image);
  return added.some((time) => ran.every((run) => time >= run.time));
}

/** The newest run of each image of a part, the newest first. */
function newestOf(runs: ImageRun[], part: string): ImageRun[] {
  const ofPart = runs.filter((run) => run.part === part).sort((a, b) => compare(b.time, a.time));
  return ofPart.filter(({ image }, index) => ofPart.findIndex((run) => run.image === image) === index);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function partsOf(runs: ImageRun[]): string[] {
  return [...new Set(runs.map(({ part }) => part))].sort();
}

/** This moment, or the second after a later one. */
function following(time: string | undefined, now: Date): string {
  if (time === undefined || timeTag(now) > time) return timeTag(now);
  const [, date, hours, minutes, seconds] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const parsed = `${date!.replace(/(....)(..)(..)/, "$1-$2-$3")}T${hours}:${minutes}:${seconds}Z`;
  return timeTag(new Date(Date.parse(parsed) + 1000));
}
