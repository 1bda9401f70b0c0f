import type { Update } from "./update";

/**
 * What an update would do, step by step, as a canonical text: equal for two previews that would do the same to the same
 * resources. It holds names of properties and no value: values follow from configuration, program and state.
 */
export function canonicalSteps({ changes, residue, missing, outputs }: Update): string {
  const steps = changes
    .filter(({ kind }) => kind !== "same")
    .map(({ urn, operations, diffs }) => [urn, operations, diffs] as const);
  const leftovers = residue.map(({ urn, operations }) => [urn, operations, []] as const);
  const byName = (a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]) =>
    a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
  return JSON.stringify({
    steps: [...steps, ...leftovers].sort(byName),
    missing: [...missing].sort(),
    known: outputs.after !== undefined,
  });
}
