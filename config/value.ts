/**
 * A top-level value as it was meant. Pulumi keeps these as strings: it hands objects, lists and booleans over
 * as JSON, and writes them into the stack's file as such strings when it rewrites it. Numbers stay strings,
 * since a key may be all digits.
 */
export function readValue(value: unknown): unknown {
  if (typeof value !== "string" || !/^(\{|\[|true$|false$)/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Prefix of the project's keys in Pulumi's configuration. */
export const namespace = "strongroom:";
