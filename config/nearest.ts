import { distance } from "fastest-levenshtein";

/**
 * What somebody who wrote `given` most likely meant: the candidate at the smallest edit distance, the first
 * of several; undefined without candidates.
 */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((name) => ({ name, far: distance(given.toLowerCase(), name.toLowerCase()) }));
  return ranked.sort((a, b) => a.far - b.far)[0]?.name;
}

/** Remedy for a name that is not among `candidates`: the nearest one, and all of them if they are few. */
export function didYouMean(given: string, candidates: readonly string[]): string {
  const name = nearest(given, candidates);
  if (name === undefined) return "remove it";
  const others = candidates.length <= 12 ? ` (valid: ${[...candidates].sort().join(", ")})` : "";
  return `did you mean \`${name}\`?${others}`;
}
