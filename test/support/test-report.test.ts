import { describe, expect, it } from "vitest";
import { countTests, describeFailures, isSuccess, sum, type VitestReport } from "./test-report";

const report = (...files: [string, ...string[]][]): VitestReport => ({
  testResults: files.map(([status, ...tests], index) => ({
    name: `file-${index}`,
    status,
    assertionResults: tests.map((it) => ({ status: it })),
  })),
});

describe("countTests", () => {
  it("counts each test once, in all files", () => {
    const two = report(["passed", "passed", "passed", "skipped"], ["failed", "failed", "passed", "todo"]);
    expect(countTests(two, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });

  it("counts a file that could not be loaded as a failure", () => {
    expect(countTests(report(["passed", "passed"], ["failed"]), 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it("counts a file whose hook failed after its tests had passed as a failure", () => {
    expect(countTests(report(["failed", "passed"]), 1).failed).toBe(1);
  });

  it.each([
    ["ended with 1 though no test failed", report(["passed", "passed"]), 1],
    ["was killed", report(["passed", "passed"]), undefined],
    ["left no report", undefined, 1],
    ["was killed and left no report", undefined, undefined],
  ])("counts a layer that %s as a failure", (_, it, exitCode) => {
    expect(countTests(it, exitCode).failed).toBe(1);
  });

  it("finds nothing wrong with a layer that has no tests and says so", () => {
    expect(countTests(report(), 0)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});

describe("describeFailures", () => {
  const testResults = [
    { name: "/a/checkout/cli/a.test.ts", status: "passed", assertionResults: [{ status: "passed" }] },
    {
      name: "/a/checkout/cli/b.test.ts",
      status: "failed",
      assertionResults: [
        { status: "passed", fullName: "b passes" },
        {
          status: "failed",
          fullName: "b fails",
          failureMessages: ["\u001b[31mError: why\n\n  at one\n  at two"],
        },
      ],
    },
    { name: "/a/checkout/cli/c.test.ts", status: "failed", message: "no such module", assertionResults: [] },
  ];

  it("names file, test and the beginning of the message, and files that could not be loaded", () => {
    expect(describeFailures({ testResults }, "/a/checkout", 2)).toEqual([
      "cli/b.test.ts > b fails\n    Error: why\n      at one",
      "cli/c.test.ts\n    no such module",
    ]);
    expect(describeFailures(undefined, "/a/checkout")).toEqual([]);
  });
});

it("a run is a success only if something was tested and nothing failed", () => {
  const passed = { passed: 2, failed: 0, skipped: 1 };
  const failed = { passed: 0, failed: 1, skipped: 0 };
  expect(isSuccess(passed)).toBe(true);
  expect(sum([passed, failed])).toEqual({ passed: 2, failed: 1, skipped: 1 });
  expect(isSuccess(sum([passed, failed]))).toBe(false);
  expect(isSuccess(sum([]))).toBe(false);
  expect(isSuccess({ passed: 0, failed: 0, skipped: 5 })).toBe(false);
});
