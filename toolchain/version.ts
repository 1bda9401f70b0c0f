/** Major, minor and patch number. */
export type Version = readonly [number, number, number];

/**
 * Reads the first version number in a text such as "v3.259.0", "go1.26.8" or "Docker version 20.10.24+dfsg1, …".
 * A missing patch number counts as 0.
 * @returns undefined when there is none
 */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or newer. Both must hold a version number; a text without one is never enough. */
export function atLeast(version: string, minimum: string): boolean {
  const have = parseVersion(version);
  const want = parseVersion(minimum);
  if (!have || !want) return false;
  for (let i = 0; i < 3; i++) {
    if (have[i] !== want[i]) return have[i]! > want[i]!;
  }
  return true;
}
