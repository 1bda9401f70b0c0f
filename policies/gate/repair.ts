import type { Finding } from "./rule";
import type { Update } from "./update";

const TEXT = {
  rule: "repair",
  level: "repair",
  why: "An earlier run was interrupted.",
  remedy: "None is needed.",
  source: "strongroom",
} as const;

/** What the update does only because an earlier run was interrupted: it is told, and no reason to refuse. */
export function repairs({ changes, residue, pending, missing }: Update): Finding[] {
  return [
    ...residue.map(({ urn, name }) => ({
      ...TEXT,
      urn,
      name,
      problem: "its deletion was begun by an earlier run and is done now",
    })),
    ...pending
      .filter((each) => each.residue)
      .map(({ urn, name, operation }) => ({
        ...TEXT,
        urn,
        name,
        problem: `an earlier run never came to the end of ${operation} it; \`up\` settles that first`,
      })),
    ...changes
      .filter(({ before, kind }) => before?.unfinished && kind !== "same")
      .map(({ urn, name }) => ({
        ...TEXT,
        urn,
        name,
        problem: "its creation by an earlier run did not come to its end and is done again",
      })),
    ...missing.map((urn) => ({
      ...TEXT,
      urn,
      name: urn.split("::").at(-1)!,
      problem: "the host does not have it any more; it is made again",
    })),
  ];
}
