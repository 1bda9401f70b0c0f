import { compareVersions } from "../../policies/gate/versions";

/** A version's numbers, with what stands before and after them: `v`, `3.6.7`, `-alpine`. */
const FORM = /^(v?)(\d+(?:\.\d+)*)(.*)$/;

/**
 * Versions that come after one, the oldest first. Only those of its own form count: the same number of numbers with the
 * same around them, so that `15.13-alpine` is followed by `15.14-alpine`, and neither by `15` nor by `16-rc1-alpine`.
 * @param sameMajor only those whose first number is the same
 * @returns empty for a version that does not begin with a number
 */
export function newerVersions(current: string, all: string[], { sameMajor = false } = {}): string[] {
  const own = formOf(current);
  if (!own) return [];
  const newer = all.filter((version) => {
    const other = formOf(version);
    return (
      other?.form === own.form &&
      (!sameMajor || other.major === own.major) &&
      (compareVersions(version, current) ?? 0) > 0
    );
  });
  return [...new Set(newer)].sort((a, b) => compareVersions(a, b) ?? 0);
}

function formOf(version: string): { form: string; major: string } | undefined {
  const [, before, numbers, after] = FORM.exec(version) ?? [];
  if (numbers === undefined) return undefined;
  const [major = "", ...rest] = numbers.split(".");
  return { form: `${before} ${rest.length} ${after}`, major };
}
