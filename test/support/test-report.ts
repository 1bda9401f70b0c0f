import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** How many tests of a layer passed, failed or were left out. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of Vitest's JSON report that is counted. */
export interface VitestReport {
  testResults: {
    /** Path of the file. */
    name: string;
    status: string;
    /** Why the file could not be loaded or a hook of it failed. */
    message?: string;
    assertionResults: { status: string; fullName?: string; failureMessages?: string[] }[];
  }[];
}

/**
 * Counts a layer that Vitest ran. A file that could not be loaded has no tests in the report and counts as one
 * failure; so does a run that ended badly for a reason that the report does not have.
 * @param report Undefined when there is none: the layer crashed.
 * @param exitCode Vitest's; undefined when it was killed.
 */
export function countTests(report: VitestReport | undefined, exitCode: number | undefined): Count {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of report?.testResults ?? []) {
    for (const test of assertionResults) {
      if (test.status === "passed") count.passed++;
      else if (test.status === "failed") count.failed++;
      else count.skipped++;
    }
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed")) count.failed++;
  }
  if (exitCode !== 0 && count.failed === 0) count.failed = 1;
  return count;
}

/**
 * What failed in a layer, one text a failure: file, test and the beginning of each message. Who reads only the end of a
 * long log, as a pipeline shows it, finds it there.
 * @param root Folder that files are named from.
 * @param lines Lines of each message at most.
 */
export function describeFailures(report: VitestReport | undefined, root: string, lines = 6): string[] {
  const shorten = (text: string) =>
    stripVTControlCharacters(text)
      .split("\n")
      .filter((line) => line.trim() !== "")
      .slice(0, lines)
      .map((line) => `    ${line}`);
  return (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    const file = relative(root, name);
    if (status === "failed" && failed.length === 0) return [[file, ...shorten(message ?? "")].join("\n")];
    return failed.map(({ fullName, failureMessages }) =>
      [`${file} > ${fullName}`, ...(failureMessages ?? []).flatMap(shorten)].join("\n"),
    );
  });
}

/** Sum over all layers. */
export function sum(counts: Count[]): Count {
  return counts.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** Whether a run is a success: something was tested and nothing failed. */
export function isSuccess({ passed, failed }: Count): boolean {
  return failed === 0 && passed > 0;
}
