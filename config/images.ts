import type { ParseContext } from "./context";
import type { ImageInput } from "./schema/image";
import type { Image, Settings } from "./settings";

/** Stands for a local build before it was made; no image has it. */
const noImage = `sha256:${"0".repeat(64)}`;

/**
 * Names (`build:tag`) of all local builds that a configuration asks for, sorted; takes any JSON, since it is
 * asked before the configuration is checked against what was built.
 */
export function buildNames(raw: Record<string, unknown>): string[] {
  const services = Object.values(object(raw.services)).map((service) => object(service).image);
  const { image: edge, front } = object(raw.edge);
  const images = [
    edge,
    object(front).image,
    object(raw.database).image,
    object(raw.backup).image,
    ...services,
  ].map(object);
  const names = images.flatMap(({ build, tag }) =>
    typeof build === "string" && typeof tag === "string" ? [`${build}:${tag}`] : [],
  );
  return [...new Set(names)].sort();
}

/** An image as far as a change of its origin is judged; without an id it comes from no archive. */
export interface SignedImage {
  id?: string;
  /** Fingerprint of the key that its archives must be signed with. */
  signer?: string;
}

/**
 * By service, `edge`, `database` and `backup`: where a configuration says that images come from. Takes any JSON, since
 * earlier configurations may follow another schema.
 */
export function signedImages(raw: Record<string, unknown>): Record<string, SignedImage> {
  const parts = { ...object(raw.services), edge: raw.edge, database: raw.database, backup: raw.backup };
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => {
      const { id, signer } = object(object(part).image);
      return [
        name,
        { ...(typeof id === "string" ? { id } : {}), ...(typeof signer === "string" ? { signer } : {}) },
      ];
    }),
  );
}

/**
 * Whether a change exchanges an archive and the key that it is judged by at once. Whoever could do both in one
 * diff could bring any archive with a key to match; so a new key comes first, alone, with the image that is in
 * service.
 * @param applied what the last applied configuration says
 */
export function changesBoth(applied: SignedImage | undefined, next: SignedImage): boolean {
  return applied?.signer !== undefined && applied.signer !== next.signer && applied.id !== next.id;
}

/** A place in the configuration that names an image. */
export interface ImagePart {
  /** The service's name, `edge`, `database` or `backup`. */
  name: string;
  /** Keys that lead to the image. */
  path: string[];
  /** Name of the host that runs it. */
  host: string;
  image: Image;
}

/** All places that name an image: services in the configuration's order, then edge, database and backup. */
export function imageParts({ services, edge, database, backup }: Settings): ImagePart[] {
  return [
    ...Object.values(services).map(({ name, host, image }) => ({
      name,
      path: ["services", name, "image"],
      host,
      image,
    })),
    { name: "edge", path: ["edge", "image"], host: edge.host, image: edge.image },
    { name: "database", path: ["database", "image"], host: database.host, image: database.image },
    ...(backup
      ? [{ name: "backup", path: ["backup", "image"], host: database.host, image: backup.image }]
      : []),
  ];
}

/** The image as Docker is given it. Local builds must be in the lock: `checks/images.ts` sees to it. */
export function resolveImage(input: ImageInput, context: ParseContext): Image {
  const version = versionOf(input);
  const said = {
    ...(version ? { version } : {}),
    ...(input.requires ? { requires: input.requires.slice(">=".length) } : {}),
  };
  if (input.name !== undefined) return { reference: input.name, source: "registry", ...said };
  if (input.id !== undefined) {
    const { id, archive, signer } = input;
    const archived = { ...(archive ? { archive } : {}), ...(signer ? { signer } : {}) };
    return { reference: id, source: "loaded", ...said, archived };
  }
  const reference = context.imageLock?.[`${input.build}:${input.tag}`] ?? noImage;
  return { reference, source: "loaded", ...said };
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
