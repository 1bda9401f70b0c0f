/** How many tests of a layer passed, failed or were left out. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of Vitest's JSON report that is counted. */
export interface VitestReport {
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
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
