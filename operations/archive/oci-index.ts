import { z } from "zod";
import { type ArchivedImage, describeImage } from "./archived-image";
import { type ArchiveContent, parseJson, partOf } from "./content";
import { ArchiveError } from "./error";

/** https://github.com/opencontainers/image-spec: an index leads to indexes and manifests, a manifest to a config. */
const node = z.looseObject({
  manifests: z
    .array(
      z.looseObject({
        digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        annotations: z.record(z.string(), z.string()).optional(),
      }),
    )
    .optional(),
  config: z.looseObject({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) }).optional(),
});

/** An image's config, how index.json leads to it, and its name. */
interface Leaf {
  config: string;
  digests: string[];
  tags: string[];
}

/** Indexes inside indexes are two deep at most: platforms, and attestations beside them. */
const deepest = 3;

/** The images of an archive that has index.json alone (OCI layout). @throws ArchiveError */
export function imagesOfIndex(content: ArchiveContent): ArchivedImage[] {
  if (!content.small.has("index.json")) {
    throw new ArchiveError(
      "archive: has neither manifest.json nor index.json: it is not made by docker save",
    );
  }
  return leaves(content).map(({ config, digests, tags }) =>
    describeImage(partOf(content, `blobs/sha256/${config}`, config), tags, digests),
  );
}

/** Digests of manifests and indexes by the config that they lead to, 64 hex digits each; none without index.json. */
export function indexDigests(content: ArchiveContent): Map<string, string[]> {
  if (!content.small.has("index.json")) return new Map();
  return new Map(leaves(content).map(({ config, digests }) => [config, digests]));
}

function leaves(content: ArchiveContent): Leaf[] {
  const walk = (bytes: Buffer, name: string, digests: string[], tags: string[]): Leaf[] => {
    const parsed = node.safeParse(parseJson(bytes, name));
    if (!parsed.success || digests.length > deepest) throw new ArchiveError(`archive: ${name} is malformed`);
    const { manifests = [], config } = parsed.data;
    if (config) return [{ config: config.digest.slice("sha256:".length), digests, tags }];
    return manifests.flatMap(({ digest, annotations = {} }) => {
      const hash = digest.slice("sha256:".length);
      const path = `blobs/sha256/${hash}`;
      // An image for one platform of several leaves the others' manifests out.
      if (!content.small.has(path)) return [];
      const tag = annotations["io.containerd.image.name"] ?? annotations["org.opencontainers.image.ref.name"];
      const named = tags.length > 0 || tag === undefined ? tags : [tag];
      return walk(partOf(content, path, hash), path, [...digests, hash], named);
    });
  };
  const found = walk(partOf(content, "index.json"), "index.json", [], []);
  // An attestation's config is no image's: it describes no root file system.
  return found.filter(({ config }) => {
    const parsed = z
      .looseObject({ rootfs: z.looseObject({ diff_ids: z.array(z.string()) }), architecture: z.string() })
      .safeParse(parseJson(partOf(content, `blobs/sha256/${config}`, config), "a configuration"));
    return parsed.success && parsed.data.architecture !== "unknown";
  });
}
