import { posix } from "node:path";
import { z } from "zod";
import { docker, labelFlags, removeContainers } from "../docker";
import { tarOf } from "../tar";
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
        "--network=none",
        ...labelFlags({ "strongroom.stack": stack, "strongroom.role": "files" }),
        "--mount",
        `type=volume,source=${volume},target=/${MOUNT}`,
        "--entrypoint",
        "/strongroom-is-never-started",
        image,
      ])
    ).trim();
    try {
      const input = await tarOf(
        entries.map(({ path, mode, ...rest }) => ({
          // Named from the container's root: an entry "." would be skipped, and the volume's own folder keep its owner.
          name: posix.join(MOUNT, path),
          mode: Number.parseInt(mode, 8),
          ...rest,
        })),
      );
      await docker(endpoint, ["cp", "-", `${container}:/`], { input });
    } finally {
      await removeContainers(endpoint, [container]);
    }
  },
};
