import type { ImagePart } from "../../config/images";
import type { VerificationRecord } from "../../operations/archive/record";
import type { ImageEntry } from "../commands/image-config";
import { parseReference, type Repository } from "./registry";
import { newerVersions } from "./versions";

/** A release that could take the place of a part's image. */
export interface Candidate {
  /** For people; of a tag that was moved, the same version as now. */
  version: string;
  /** What the configuration would name. */
  entry: ImageEntry;
}

/** What there is for one place of the configuration that names an image. */
export interface PartUpdates {
  part: string;
  /** Keys that lead to the image. */
  path: string[];
  /** Version, or where there is none the image itself. */
  current: string;
  /** Versions that come after the current one, the oldest first. */
  newer: string[];
  /** The newest, or the one that was asked for, ready to be written; none where the image is the newest. */
  candidate?: Candidate;
  /** Why nothing is known, or nothing is offered: nobody can be asked, or what there is may be no newer. */
  unknown?: string;
  /** Why nothing is known: whoever was asked did not say. */
  error?: string;
}

/** Where newer releases are looked for. */
export interface Sources {
  /** A repository of a registry; `host` undefined for Docker's own. */
  repository(
    host: string | undefined,
    name: string,
  ): Promise<Pick<Repository, "tags" | "digest" | "created">>;
  /** Tags that a folder of images/ can be built with. */
  builds(folder: string): string[];
  /** Archives that were verified here, and the version that their image says of itself, if it is on the part's host. */
  archives(part: ImagePart): Promise<(VerificationRecord & { version: string | undefined })[]>;
}

/** Parts whose data or tools are of one major version: another one is no mere new image. */
const ONE_MAJOR = ["database", "backup"];

/**
 * Looks for what is newer than a part's image.
 * @param raw the image as the configuration writes it
 * @param wanted a version to take in place of the newest
 * @throws nothing of a source: that is the part's `error`
 */
export async function updatesOf(
  part: ImagePart,
  raw: Record<string, unknown>,
  sources: Sources,
  wanted?: string,
): Promise<PartUpdates> {
  const { name, path, image } = part;
  const about = { part: name, path, current: image.version ?? image.reference, newer: [] };
  try {
    return { ...about, ...(await look(part, raw, sources, wanted)) };
  } catch (error) {
    return { ...about, error: (error as Error).message };
  }
}

type Found = Partial<Pick<PartUpdates, "current" | "newer" | "candidate" | "unknown">>;

function look(
  part: ImagePart,
  { name, build, tag }: Record<string, unknown>,
  sources: Sources,
  wanted: string | undefined,
): Promise<Found> | Found {
  if (typeof name === "string") return inRegistry(part, name, sources, wanted);
  if (typeof build === "string" && typeof tag === "string") {
    const newer = newerVersions(tag, sources.builds(build), majors(part));
    return found(newer, wanted, (version) => ({ build, tag: version }));
  }
  return inArchives(part, sources, wanted);
}

async function inRegistry(
  part: ImagePart,
  name: string,
  sources: Sources,
  wanted: string | undefined,
): Promise<Found> {
  const { host, repository, tag, digest } = parseReference(name);
  if (tag === undefined) return { unknown: "names a digest without a tag, so no version is known" };
  const asked = await sources.repository(host, repository);
  const newer = newerVersions(tag, await asked.tags(), majors(part));
  const chosen = wanted ?? newer.at(-1);
  if (chosen !== undefined && newer.includes(chosen)) {
    const entry = { name: renamed(name, chosen, await asked.digest(chosen)) };
    return { newer, candidate: { version: chosen, entry } };
  }
  if (wanted !== undefined) return { newer };
  const now = await asked.digest(tag);
  if (now === digest) return { newer };
  const [moved, own] = await Promise.all([
    asked.created(now),
    // The registry may have dropped what no tag names any more.
    asked.created(digest).catch(() => undefined),
  ]);
  if (moved && own && moved > own)
    return { newer, candidate: { version: tag, entry: { name: renamed(name, tag, now) } } };
  // An older image is no update, and may lack what was mended since.
  const why =
    moved && own && moved < own
      ? `an older one, of ${moved.toISOString()}`
      : "and nothing tells which is the newer";
  return { newer, unknown: `its tag names another image now, ${why}: ${renamed(name, tag, now)}` };
}

/** The same repository, however it is written, with another tag and digest. */
function renamed(name: string, tag: string, digest: string): string {
  const path = name.slice(0, name.indexOf("@"));
  return `${path.slice(0, path.lastIndexOf(":"))}:${tag}@${digest}`;
}

async function inArchives(part: ImagePart, sources: Sources, wanted: string | undefined): Promise<Found> {
  const { version, archived, reference } = part.image;
  const there = await sources.archives(part);
  const own = there.find(({ id }) => id === reference)?.repository;
  // Another key's archives are no update: the key changes first, alone. One key may sign several products.
  const all = there.filter(
    ({ signer, repository }) => signer === archived?.signer && own !== undefined && repository === own,
  );
  const byVersion = new Map(all.flatMap((each) => (each.version ? [[each.version, each] as const] : [])));
  // Nobody says which of two images a version is.
  for (const each of all)
    if (each.version !== undefined && byVersion.get(each.version)?.id !== each.id)
      byVersion.delete(each.version);
  const newer = version === undefined ? [] : newerVersions(version, [...byVersion.keys()], majors(part));
  if (newer.length === 0)
    return { unknown: "comes from an archive: ask its vendor, then ./strongroom image add" };
  return found(newer, wanted, (each) => {
    const { id, archive, signer } = byVersion.get(each)!;
    return { id, version: each, archive, signer };
  });
}

function found(newer: string[], wanted: string | undefined, entryOf: (version: string) => ImageEntry): Found {
  const version = wanted ?? newer.at(-1);
  if (version === undefined || !newer.includes(version)) return { newer };
  return { newer, candidate: { version, entry: entryOf(version) } };
}

function majors({ name }: ImagePart): { sameMajor: boolean } {
  return { sameMajor: ONE_MAJOR.includes(name) };
}
