import { type ImagePart, imageParts } from "../../config/images";
import type { Settings } from "../../config/settings";
import { readRecords } from "../../operations/archive/record";
import { dockerTry } from "../../operations/docker";
import { createContext } from "../context";
import { appliedImages } from "./applied";
import type { ArchiveFacts } from "./facts";

/** Gathers what there is to know of the images that came, or should have come, out of signed archives. */
export async function archiveFacts(settings: Settings): Promise<ArchiveFacts[]> {
  const parts = imageParts(settings).filter(({ image }) => image.archived);
  if (parts.length === 0) return [];
  const { stack, stackDir } = createContext({ stack: settings.stack });
  const records = readRecords(stackDir);
  const applied = await appliedImages(stack).catch((error: Error) => ({ error: error.message }));
  return Promise.all(
    parts.map(async ({ name, host, image }): Promise<ArchiveFacts> => {
      const id = image.reference;
      const record = records.find((each) => each.id === id && each.host === host);
      const loaded = await isLoaded(settings, { host, image });
      return {
        stack,
        part: name,
        host,
        id,
        ...image.archived,
        ...(loaded === undefined ? {} : { loaded }),
        ...(record ? { record } : {}),
        applied: Array.isArray(applied) ? applied.map((images) => images[name] ?? {}) : applied,
      };
    }),
  );
}

async function isLoaded(
  { hosts }: Settings,
  { host, image }: Pick<ImagePart, "host" | "image">,
): Promise<boolean | undefined> {
  const args = ["image", "ls", "--all", "--quiet", "--no-trunc"];
  const { exitCode, stdout } = await dockerTry(hosts[host]!.docker, args, { timeoutSeconds: 20 });
  return exitCode === 0 ? stdout.split("\n").includes(image.reference) : undefined;
}
