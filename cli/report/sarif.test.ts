import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { render as renderJson } from "./json";
import { reportUnjudged, type PreviewReport } from "./report";
import { render } from "./sarif";
import { hostileReports } from "./testing/hostile";
import { DIFF, finding, refused, upgrade } from "./testing/reports";

const engine = { stdout: DIFF, stderr: "error: no such host\n" };

function log(report: PreviewReport, configFile = "Pulumi.vault.yaml") {
  const { runs, version } = JSON.parse(render({ report, engine, configFile }));
  expect(version).toBe("2.1.0");
  expect(runs).toHaveLength(1);
  const [run] = runs;
  for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
    expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(["error", "warning", "note"]).toContain(level);
    expect(message.text).not.toBe("");
    expect(locations).toHaveLength(1);
  }
  const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  return run;
}

describe("the SARIF log", () => {
  it("has findings as results of the configuration file, and their rules with remedies", () => {
    const run = log(refused());
    const levels = run.results.map(({ ruleId, level }: { ruleId: string; level: string }) => [ruleId, level]);
    expect(levels).toEqual([
      ["chg-db-volume", "error"],
      ["chg-db-mount", "error"],
      ["chg-note", "warning"],
      ["chg-domain", "error"],
    ]);
    expect(run.results[0].locations[0]).toEqual({
      physicalLocation: {
        artifactLocation: { uri: "Pulumi.vault.yaml", uriBaseId: "%SRCROOT%" },
        region: { startLine: 1 },
      },
      logicalLocations: [{ name: "database-database", fullyQualifiedName: finding().urn, kind: "resource" }],
    });
    expect(run.tool.driver.rules[0].help.text).toContain(`Remedy: ${finding().remedy}`);
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, properties: { refused: true } });
  });

  it("has excepted findings as suppressed, with who answers for them, and others as not", () => {
    const run = log(refused());
    expect(run.results[3].suppressions).toEqual([
      {
        kind: "external",
        status: "accepted",
        justification: expect.stringMatching(/^ops@example\.com, OPS-4711: .* 38 days left\)$/),
      },
    ]);
    expect(run.results[0]).not.toHaveProperty("suppressions");
  });

  it("has errors of the exceptions file, repairs, and a preview that cannot be judged as results", () => {
    const judgement = {
      findings: [finding({ rule: "repair", level: "repair" as const })],
      suppressed: [],
      errors: ["policies/exceptions.yaml: it is no YAML"],
    };
    const run = log(upgrade({ judgement }));
    expect(run.results[0]).toMatchObject({ ruleId: "exceptions", level: "error" });
    expect(run.results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      "policies/exceptions.yaml",
    );
    expect(run.results[1]).toMatchObject({ ruleId: "repair", level: "note" });

    const unjudged = log(reportUnjudged("vault", "the preview cannot be judged: no end"));
    expect(unjudged.results).toMatchObject([{ ruleId: "not-judged", level: "error" }]);
  });

  it("gives the engine's messages where it failed", () => {
    const [invocation] = log(reportUnjudged("vault")).invocations;
    expect(invocation.executionSuccessful).toBe(false);
    expect(invocation.toolExecutionNotifications[0].message.text).toContain("error: no such host");
    expect(log(upgrade()).invocations[0].toolExecutionNotifications).toEqual([]);
  });

  it("tells findings apart by rule and resource, whatever their words", () => {
    const prints = (...findings: ReturnType<typeof finding>[]) =>
      log(upgrade({ judgement: { findings, suppressed: [], errors: [] } })).results.map(
        (result: { partialFingerprints: object }) => result.partialFingerprints,
      );
    const [one, same, other] = prints(finding(), finding({ problem: "p" }), finding({ urn: "urn:other" }));
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it("is valid whatever the texts hold, and names a file by a URI", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(hostileReports, ({ hostile }) => {
        log(hostile, "stacks/a b%#.yaml");
      }),
      { numRuns: 20 },
    );
    expect(
      log(refused(), "stacks/a b%#.yaml").results[0].locations[0].physicalLocation.artifactLocation.uri,
    ).toBe("stacks/a%20b%25%23.yaml");
  });
});

describe("the JSON", () => {
  const json = (report: PreviewReport) =>
    JSON.parse(renderJson({ report, engine, configFile: "Pulumi.vault.yaml" }));

  it("is the report with the number of its form", () => {
    expect(json(refused())).toEqual({ schema: 1, ...refused() });
  });

  it("holds the engine's messages where it failed", () => {
    expect(json(reportUnjudged("vault", "no end"))).toMatchObject({
      judged: false,
      refused: true,
      notJudged: "no end",
      messages: expect.stringContaining("error: no such host"),
    });
  });
});
