/** Faults that a test release can be built with, and what each does once its migrations are applied. */
export const faults = [
  "none",
  /** Live, but never ready. */
  "never-healthy",
  /** Ready, but the front page answers 500. */
  "failing-smoke",
  /** The last migration's second statement fails; the process ends with 1. */
  "failing-migration",
  /** Ready; ends with 1 two seconds after somebody wrote. */
  "crash-in-service",
  /** Ready; when somebody has written it serves on and is not ready any more. */
  "unhealthy-in-service",
  /** Takes more and more memory before it reaches for the database. */
  "out-of-memory",
  /** Not ready while table demo_faults has a row with the name "never-healthy": a cause that can go away. */
  "flaky-start",
] as const;

export type Fault = (typeof faults)[number];

/** What differs between two releases of the demo: baked into the image by build arguments, never configured. */
export interface Release {
  version: string;
  /** Number of the newest migration that this release knows. */
  schema: number;
  fault: Fault;
}

/**
 * Reads the release from the variables that the Dockerfile bakes in (PRODUCT_VERSION, PRODUCT_SCHEMA,
 * PRODUCT_FAULT). Throws if the image was built with a value that no release has.
 */
export function readRelease(env: NodeJS.ProcessEnv): Release {
  const schema = Number(env.PRODUCT_SCHEMA ?? "1");
  const fault = (env.PRODUCT_FAULT ?? "none") as Fault;
  if (!Number.isInteger(schema) || schema < 1)
    throw new Error(`PRODUCT_SCHEMA: no such schema: ${env.PRODUCT_SCHEMA}`);
  if (!faults.includes(fault)) throw new Error(`PRODUCT_FAULT: no such fault: ${fault}`);
  return { version: env.PRODUCT_VERSION ?? "0.0.0-source", schema, fault };
}
