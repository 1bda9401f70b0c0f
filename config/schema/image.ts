import { z } from "zod";
import { whole } from "./common";

const digest = /^sha256:[0-9a-f]{64}$/;

/**
 * An image by its literal content: exactly one of `name`, `id` and `build`.
 * One flat object, since an editor and an error message say more about it than about a union.
 */
export const image = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[a-z0-9][a-zA-Z0-9._:/-]*@sha256:[0-9a-f]{64}$/,
        "must name its content: repository:tag@sha256:<64 hex digits>",
      )
      .describe("Image in a registry, with its literal digest: repository:tag@sha256:….")
      .optional(),
    id: z
      .string()
      .regex(digest, "must be an image id: sha256:<64 hex digits>")
      .describe("Id of an image from a signed archive, as `./strongroom image add` writes it: sha256:….")
      .optional(),
    version: z.string().min(1).max(128).describe("Version, for people; only with `id`.").optional(),
    requires: z
      .string()
      .regex(/^>=\d+(\.\d+)*$/, 'must be ">=" and a version in numbers, e.g. ">=2.3"')
      .describe('Oldest release that may be upgraded to this one, as its vendor says: ">=2.3".')
      .optional(),
    archive: z
      .string()
      .min(1)
      .describe("File name of the archive that `id` was loaded from; only with `id`.")
      .optional(),
    signer: z
      .string()
      .regex(digest, "must be a key's fingerprint: sha256:<64 hex digits>")
      .describe("Fingerprint of the key that archives of this image must be signed with; only with `id`.")
      .optional(),
    build: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, "must be the name of a folder in images/")
      .describe("Folder in images/ that is built on this machine; only with `localBuilds: true`.")
      .optional(),
    tag: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, "must be an image tag")
      .describe('Tag of the local build, e.g. "1.0.0"; required with `build`.')
      .optional(),
  })
  .check((context) => {
    const { name, id, build, tag, version, archive, signer } = context.value;
    const problem = (message: string) =>
      context.issues.push({ code: "custom", message, input: context.value, path: [] });
    if ([name, id, build].filter((kind) => kind !== undefined).length !== 1) {
      problem(
        "needs exactly one of `name` (registry, with digest), `id` (loaded archive) and `build` (local)",
      );
    } else if (build !== undefined && tag === undefined) {
      problem("`build` needs a `tag`");
    } else if (build === undefined && tag !== undefined) {
      problem("`tag` goes with `build` only");
    } else if (id === undefined && [version, archive, signer].some((value) => value !== undefined)) {
      problem("`version`, `archive` and `signer` go with `id` only");
    }
  })
  .describe("Container image by content: what runs is fixed by a digest or id, whatever a tag says.");

export const images = z
  .strictObject({
    // With less than two there would be no way back.
    keep: whole(
      2,
      1000,
      "Images of each service, of edge, front and database that stay on their host, the current one included; older ones go after a successful update. Default: 3.",
    ).default(3),
  })
  .prefault({})
  .describe("Images of earlier releases.");

export type ImageInput = z.infer<typeof image>;
