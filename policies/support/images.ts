import type { Fields } from "./fields";
import { type ImageReference, parseImage } from "./image-reference";
import { TYPES } from "./types";

/** The image that a container runs or that is fetched; a missing one counts as an empty reference. */
export function visitImages(
  type: string,
  inputs: Fields,
  visit: (image: ImageReference, field: string) => void,
): void {
  const field = type === TYPES.remoteImage ? "name" : "image";
  visit(parseImage(inputs.text(field) ?? ""), field);
}
