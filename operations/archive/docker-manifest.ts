import { posix } from "node:path";
import { z } from "zod";
import { type ArchivedImage, describeImage } from "./archived-image";
import { type ArchiveContent, parseJson, partOf } from "./content";
import { ArchiveError } from "./error";
import { indexDigests } from "./oci-index";

const manifest = z.array(
  z.looseObject({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()),
  }),
);

/** The images of manifest.json, which every version of `docker save` writes. @throws ArchiveError */
export function imagesOfManifest(content: ArchiveContent): ArchivedImage[] {
  const parsed = manifest.safeParse(parseJson(partOf(content, "manifest.json"), "manifest.json"));
  if (!parsed.success) throw new ArchiveError("archive: its manifest.json is not that of docker save");
  const alternatives = indexDigests(content);
  return parsed.data.map(({ Config, RepoTags, Layers }) => {
    // Its name says its hash: `<hex>.json`, or `blobs/sha256/<hex>`.
    const named = /([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1];
    if (named === undefined) throw new ArchiveError(`archive: its manifest names no image id (${Config})`);
    const config = partOf(content, Config, named);
    const missing = Layers.find((layer) => !content.names.has(posix.normalize(layer)));
    if (missing !== undefined) throw new ArchiveError(`archive: layer ${missing} is missing`);
    return describeImage(config, RepoTags ?? [], alternatives.get(named) ?? []);
  });
}
