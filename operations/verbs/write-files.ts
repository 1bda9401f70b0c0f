import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { z } from "zod";
import { docker } from "../docker";
import type { Verb } from "./verb";

const entry = z.object({
  path: z.string(),
  content: z.string().optional(),
  uid: z.number().int(),
  gid: z.number().int(),
  mode: z.string().regex(/^0[0-7]{3}$/),
});

const input = z.object({
  schema: z.literal(1),
  docker: z.string(),
  stack: z.string(),
  volume: z.string(),
  image: z.string(),
  entries: z.array(entry),
});

const MOUNT = "strongroom-volume";

/**
 * Writes files and folders with owner and mode into a volume. Docker unpacks them as an archive into a
 * container that mounts the volume and never runs, so no image needs a shell and no file passes a command
 * line. Existing files that are not named stay.
 */
export const writeFiles: Verb<z.infer<typeof input>> = {
  input,
  async run(_phase, { docker: endpoint, stack, volume, image, entries }) {
    const container = (
      await docker(endpoint, [
        "create",
        "--network",
        "none",
        "--label",
        `strongroom.stack=${stack}`,
        "--label",
        "strongroom.role=files",
        "--mount",
        `type=volume,source=${volume},target=/${MOUNT}`,
        "--entrypoint",
        "/strongroom-is-never-started",
        image,
      ])
    ).trim();
    try {
      await docker(endpoint, ["cp", "-", `${container}:/`], { input: await archive(entries) });
    } finally {
      await docker(endpoint, ["rm", "--force", container]);
    }
  },
};

async function archive(entries: z.infer<typeof entry>[]): Promise<Buffer> {
  const tar = pack();
  for (const { path, content, uid, gid, mode } of entries) {
    // Named from the container's root: an entry "." would be skipped, and the volume's own folder keep its owner.
    const header = { name: posix.join(MOUNT, path), uid, gid, mode: Number.parseInt(mode, 8) };
    if (content === undefined) tar.entry({ ...header, type: "directory" });
    else tar.entry(header, content);
  }
  tar.finalize();
  return buffer(tar);
}
