import type { ServiceSettings } from "../../config/settings";
import { docker, dockerTry } from "../../operations/docker";
import type { Progress } from "../progress";

/** Longest that one image's pull may take: 1 hour. */
const PULL_SECONDS = 3600;

/**
 * Has the images that a registry gives by digest on the host, as the update would; it then finds them there.
 * @throws OperationError with Docker's own message when one cannot be pulled
 */
export async function ensurePulled(
  endpoint: string,
  services: Pick<ServiceSettings, "image">[],
  progress: Progress,
): Promise<void> {
  const fromRegistry = services.flatMap(({ image }) =>
    image.source === "registry" ? [image.reference] : [],
  );
  for (const reference of new Set(fromRegistry)) {
    const { exitCode } = await dockerTry(endpoint, ["image", "inspect", reference]);
    if (exitCode === 0) continue;
    await progress.step(`Pulling ${reference}`, () =>
      docker(endpoint, ["pull", "--quiet", reference], { timeoutSeconds: PULL_SECONDS }),
    );
  }
}
