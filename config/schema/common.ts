import { z } from "zod";

/** Short name of a host, service, volume or secret's owner: safe in labels, container and file names. */
export const shortName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    "must be a short name: lower-case letters, digits and hyphens, at most 31",
  );

/** Name of an environment variable (POSIX: letters, digits, underscore; not first a digit). */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be an environment variable's name");

/**
 * A secret string: its value is never part of a message, and in the stack's file it must be encrypted
 * (`{secure: …}`).
 */
export function secret(description: string): z.ZodString {
  return z
    .string()
    .min(1)
    .meta({ secret: true, description: `${description} Secret: must be encrypted.` });
}

/** A whole number with its unit in the description. */
export function whole(min: number, max: number, description: string): z.ZodInt {
  return z.int().min(min).max(max).describe(description);
}

export const generation = whole(
  1,
  1_000_000,
  "Generation of the derived secret: raise it by one to rotate. Default: 1.",
).default(1);

/**
 * Limits of one container; what is left out comes from the profile or the component's default.
 * @param minMemoryMiB Least memory with which the container's program starts at all.
 */
export function limits(minMemoryMiB: number, defaults: string) {
  return z
    .strictObject({
      memoryMiB: whole(minMemoryMiB, 1_048_576, `Memory, MiB. Default: ${defaults}.`).optional(),
      cpus: z.number().min(0.05).max(512).describe(`CPU cores, e.g. 0.5. Default: ${defaults}.`).optional(),
      processes: whole(16, 1_048_576, `Processes and threads. Default: ${defaults}.`).optional(),
    })
    .describe("Upper limits of one container.");
}
