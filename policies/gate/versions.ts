/**
 * Orders two versions by their numbers, e.g. 1.10.0 after 1.9.2; what follows the numbers does not count.
 * @returns below 0, 0 or above 0; undefined when one is not known or does not start with a number
 */
export function compareVersions(a: string | undefined, b: string | undefined): number | undefined {
  const [left, right] = [a, b].map((version) =>
    /^v?(\d+(?:\.\d+)*)/
      .exec(version ?? "")?.[1]
      ?.split(".")
      .map(Number),
  );
  if (!left || !right) return undefined;
  const length = Math.max(left.length, right.length);
  const differing = Array.from({ length }, (_, at) => (left[at] ?? 0) - (right[at] ?? 0)).find(
    (d) => d !== 0,
  );
  return differing ?? 0;
}
