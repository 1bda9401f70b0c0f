import { z } from "zod";
import { parseJson, sha256 } from "./content";

/** An image as its archive describes it. */
export interface ArchivedImage {
  /** Hash of its configuration, which is its id in Docker's own store: `sha256:<64 hex>`. */
  id: string;
  /** Every id that a Docker may give it: with containerd's store it is that of a manifest or an index. */
  ids: string[];
  /** `repository:tag`. */
  tags: string[];
  /** Its tag, or the label org.opencontainers.image.version. */
  version?: string;
}

const configuration = z.looseObject({
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** Where an image says its own version. */
export const VERSION_LABEL = "org.opencontainers.image.version";

/** What an image says of itself: its first tag that says anything, else its label. @param tags `repository:tag` */
export function versionOf(tags: string[], label: string | undefined): string | undefined {
  const tag = tags.map((each) => each.slice(each.lastIndexOf(":") + 1)).find((each) => each !== "latest");
  return tag ?? label;
}

/** The one repository of all tags; undefined where they have none or several. */
export function repositoryOf({ tags }: ArchivedImage): string | undefined {
  const [repository, ...others] = new Set(tags.map((tag) => /^(.+):[^:/]+$/.exec(tag)?.[1]));
  return others.length === 0 ? repository : undefined;
}

/** @param digests of manifests and indexes that lead to this configuration, 64 hex digits each */
export function describeImage(config: Buffer, tags: string[], digests: string[]): ArchivedImage {
  const id = `sha256:${sha256(config)}`;
  const labels = configuration.safeParse(parseJson(config, "the image's configuration")).data?.config?.Labels;
  const version = versionOf(tags, labels?.[VERSION_LABEL]);
  return {
    id,
    ids: [...new Set([id, ...digests.map((digest) => `sha256:${digest}`)])],
    tags,
    ...(version ? { version } : {}),
  };
}
