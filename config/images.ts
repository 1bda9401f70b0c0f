import type { ParseContext } from "./context";
import type { ImageInput } from "./schema/image";
import type { Image } from "./settings";

/** Stands for a local build before it was made; no image has it. */
const noImage = `sha256:${"0".repeat(64)}`;

/**
 * Names (`build:tag`) of all local builds that a configuration asks for, sorted; takes any JSON, since it is
 * asked before the configuration is checked against what was built.
 */
export function buildNames(raw: Record<string, unknown>): string[] {
  const services = Object.values(object(raw.services)).map((service) => object(service).image);
  const images = [object(raw.edge).image, object(raw.database).image, ...services].map(object);
  const names = images.flatMap(({ build, tag }) =>
    typeof build === "string" && typeof tag === "string" ? [`${build}:${tag}`] : [],
  );
  return [...new Set(names)].sort();
}

/** The image as Docker is given it. Local builds must be in the lock: `checks/images.ts` sees to it. */
export function resolveImage(input: ImageInput, context: ParseContext): Image {
  if (input.name !== undefined) {
    const version = tagOf(input.name);
    return { reference: input.name, source: "registry", ...(version ? { version } : {}) };
  }
  if (input.id !== undefined) {
    return { reference: input.id, source: "loaded", ...(input.version ? { version: input.version } : {}) };
  }
  const reference = context.imageLock?.[`${input.build}:${input.tag}`] ?? noImage;
  return { reference, source: "loaded", version: input.tag };
}

/** Version that an image says of itself: its tag; undefined when it has none. */
export function versionOf(input: ImageInput): string | undefined {
  return input.name === undefined ? (input.version ?? input.tag) : tagOf(input.name);
}

function tagOf(name: string): string | undefined {
  const last = name.slice(0, name.indexOf("@")).split("/").at(-1)!;
  return last.includes(":") ? last.slice(last.indexOf(":") + 1) : undefined;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
