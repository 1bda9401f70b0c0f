import type { ArchivedImage } from "./archived-image";
import { readTar } from "./content";
import { imagesOfManifest } from "./docker-manifest";
import { ArchiveError } from "./error";
import { imagesOfIndex } from "./oci-index";

/**
 * Reads which images an archive of `docker save` holds, plain or gzipped. Only for archives whose signature was
 * verified: what is unpacked is what the signer made.
 * @throws ArchiveError if it is no such archive, cut off, or its parts contradict each other
 */
export async function readManifest(chunks: AsyncIterable<Buffer>): Promise<ArchivedImage[]> {
  const content = await readTar(chunks);
  const images = content.small.has("manifest.json") ? imagesOfManifest(content) : imagesOfIndex(content);
  if (images.length === 0) throw new ArchiveError("archive: holds no image");
  return images;
}
