import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../policies/gate/rule";
import { demoRaw, settingsOf } from "../../config/testing";
import { render as html } from "../report/html";
import { render as json } from "../report/json";
import { render as markdown } from "../report/markdown";
import { render as sarif } from "../report/sarif";
import type { Context } from "../context";
import { lazy } from "../lazy";
import * as backupProof from "./backup-proof";
import { type Beside, judge, notJudged } from "./judge";

const checkout = join(__dirname, "..", "..");
const fixtures = join(checkout, "policies", "gate", "fixtures");
const context: Context = {
  checkout,
  stack: "test",
  configFile: join(checkout, "Pulumi.test.yaml"),
  home: tmpdir(),
  stackDir: join(tmpdir(), "no-such-stack"),
  backendUrl: "file:///nowhere",
  verbose: false,
};
const settings = settingsOf(demoRaw());
const eventsOf = (name: string) => readFileSync(join(fixtures, name), "utf8");
/** Of a preview whose engine was not given the policies, which had found nothing before. */
const verdict = (events: string, exitCode = 0) =>
  judge(context, { settings }, events, { exitCode }, { violations: [] });

const parsed = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { resourcePreEvent?: { metadata: { urn: string } } });
const joined = (events: object[]) =>
  events.map((each, sequence) => `${JSON.stringify({ timestamp: 0, ...each, sequence })}\n`).join("");

/** The same preview by an engine that was given the policies. @param without URN of a resource they were not asked about */
function withPack(text: string, without?: string): object[] {
  const events = parsed(text);
  const urns = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata.urn ?? []);
  const analyses = [...new Set(urns)]
    .filter((urn) => urn !== without)
    .map((resourceUrn) => ({
      policyAnalyzeSummaryEvent: { resourceUrn, policyPackName: "strongroom", passed: ["img-digest"] },
    }));
  return [...analyses, ...events];
}

describe("the verdict on a real preview", () => {
  it.each(readdirSync(fixtures))("%s is a document in every format", async (name) => {
    const { report, headline } = await verdict(eventsOf(name));
    expect(report.judged).toBe(true);
    expect(headline).toMatch(/^Stack test: /);
    const args = { report, engine: { stdout: "diff\n", stderr: "" }, configFile: "Pulumi.test.yaml" };
    expect(JSON.parse(json(args))).toMatchObject({ schema: 1, stack: "test", refused: report.refused });
    expect(JSON.parse(sarif(args)).runs[0].results).toHaveLength(
      report.findings.length + report.suppressed.length + report.errors.length,
    );
    expect(markdown(args)).toContain(report.refused ? "REFUSED" : report.succeeded ? "ALLOWED" : "FAILED");
    expect(html(args)).toContain("</html>");
  });

  it.each([
    ["release.jsonl", false],
    ["no-changes.jsonl", false],
    ["domain-dropped.jsonl", true],
    ["network-replaced.jsonl", true],
  ])("of %s refuses: %s", async (name, refused) => {
    expect((await verdict(eventsOf(name))).report.refused).toBe(refused);
  });

  it("holds the plan's digest in every format, once there is one", async () => {
    const report = { ...(await verdict(eventsOf("release.jsonl"))).report, digest: "plan1_abc" };
    const args = { report, engine: { stdout: "diff\n", stderr: "" }, configFile: "Pulumi.test.yaml" };
    for (const render of [html, json, markdown, sarif]) expect(render(args)).toContain("plan1_abc");
    const without = { ...args, report: { ...report, digest: undefined } };
    expect(markdown(without)).not.toContain("--expect");
    expect(html(without)).not.toContain("--expect");
  });

  it("is the policies' too: what they found in this run, or when they were asked before", async () => {
    const found = (level: "mandatory" | "advisory"): Finding => ({
      ...{ rule: "net-publish", level, urn: "urn", name: "adminer", problem: "`ports[0]` publishes a port" },
      ...{ why: "why", remedy: "remedy", source: "source" },
    });
    for (const level of ["mandatory", "advisory"] as const) {
      const known = await judge(
        context,
        { settings },
        eventsOf("release.jsonl"),
        { exitCode: 0 },
        { violations: [found(level)] },
      );
      expect(known.violations).toEqual([found(level)]);
      expect(known.report.refused).toBe(level === "mandatory");
      const { why, problem, remedy, source } = found(level);
      const event = {
        policyEvent: {
          ...{ policyName: "net-publish", resourceUrn: "urn", enforcementLevel: level, color: "raw" },
          message: `<{%reset%}>${why}\n${problem}.\nRemedy: ${remedy}\nSource: ${source}<{%reset%}>\n`,
        },
      };
      const asked = await judge(
        context,
        { settings },
        joined([event, ...withPack(eventsOf("release.jsonl"))]),
        {
          exitCode: 0,
        },
      );
      expect(asked.violations).toEqual([{ ...found(level), name: "urn" }]);
      expect(asked.headline).toContain(`${level === "mandatory" ? "REFUSED" : "note"}  net-publish  urn: `);
    }
  });

  it("interrupts only services with a cause, as the report says", async () => {
    const { report, interrupts } = await verdict(eventsOf("network-replaced.jsonl"));
    expect([...interrupts.keys()]).toEqual(
      report.services.filter(({ causes }) => causes.length > 0).map(({ name }) => name),
    );
    expect(interrupts.size).toBeGreaterThan(0);
    expect((await verdict(eventsOf("release.jsonl"))).interrupts.size).toBe(0);
  });
});

describe("what is known beside the engine's events", () => {
  // Modules that are loaded when they are needed are so by `require`, which knows no TypeScript here.
  beforeAll(() => vi.spyOn(lazy, "backupProof").mockReturnValue(backupProof));
  afterAll(() => vi.restoreAllMocks());

  const backed = settingsOf({
    ...demoRaw(),
    hosts: { local: { docker: "unix:///nowhere/docker.sock" } },
    backup: {
      image: { build: "backup", tag: "15" },
      recipients: ["p", "z"].map((end) => `age1${"q".repeat(57)}${end}`),
    },
  });
  const asked = async (name: string, beside: Beside, settings = backed) => {
    const { report } = await judge(
      context,
      { settings },
      eventsOf(name),
      { exitCode: 0 },
      {
        violations: [],
        ...beside,
      },
    );
    return report.findings.map(({ rule, level }) => `${level} ${rule}`);
  };

  it("is whether a backup is fresh, where something hangs on it and the stack makes some", async () => {
    expect(await asked("a-release.jsonl", {})).toEqual(["mandatory chg-backup-fresh"]);
    expect(await asked("more-replicas.jsonl", {})).toEqual([]);
    expect(await asked("a-release.jsonl", {}, settings)).toEqual([]);
  });

  it("is only a note at a preview whose host does not answer", async () => {
    expect(await asked("a-release.jsonl", { hosts: "if they answer" })).toEqual([
      "advisory chg-backup-fresh",
    ]);
  });

  it("is what state has tied to something else, which no event says", async () => {
    const tied = [{ urn: "urn", name: "database-database", to: "urn::x" }];
    expect(await asked("no-changes.jsonl", { tied })).toEqual(["advisory chg-outside"]);
  });

  it("is what state has as begun and not as ended", async () => {
    const type = "docker:index/container:Container";
    const pending = (operation: string) => [
      { type: operation, resource: { urn: `urn:pulumi:test::strongroom::${type}::server-1`, type } },
    ];
    expect(await asked("no-changes.jsonl", { pending: pending("creating") })).toEqual(["repair repair"]);
    expect(await asked("no-changes.jsonl", { pending: pending("importing") })).toEqual([
      "mandatory chg-fail-closed",
    ]);
  });
});

describe("a preview that cannot be judged", () => {
  const cut = eventsOf("release.jsonl").split("\n").slice(0, -3).join("\n");

  it("is refused, and says why, if the engine would go on", async () => {
    const { report, headline } = await verdict(cut);
    expect(report).toMatchObject({ judged: false, refused: true });
    expect(headline).toMatch(/^the preview cannot be judged: .+\n$/);
    expect(report.notJudged).toBe(headline.trimEnd());
  });

  it("is one whose policies were to be asked, and were not asked about everything that comes", async () => {
    const asked = (events: object[], exitCode = 0) =>
      judge(context, { settings }, joined(events), { exitCode });
    const release = eventsOf("release.jsonl");
    expect((await asked(withPack(release))).report).toMatchObject({ judged: true, refused: false });
    const none = await asked(parsed(release));
    expect(none.report).toMatchObject({ judged: false, refused: true });
    expect(none.headline).toMatch(/the policy pack was not asked about \S+ and \d+ other resources$/m);
    const server = parsed(release).find(({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.urn.endsWith("::routes-apply"),
    )!.resourcePreEvent!.metadata.urn;
    expect((await asked(withPack(release, server))).headline).toMatch(/was not asked about routes-apply$/m);
    const other = withPack(release).map((each) =>
      JSON.parse(JSON.stringify(each).replace('"policyPackName":"strongroom"', '"policyPackName":"other"')),
    ) as object[];
    expect((await asked(other)).report.judged).toBe(false);
    // It says itself what failed.
    expect((await asked(parsed(eventsOf("program-failed.jsonl")), 255)).report.judged).toBe(true);
  });

  it("needs no second reason where the engine refused by itself", async () => {
    for (const given of [await verdict(cut, 255), await verdict("", 1), notJudged(context)])
      expect(given).toMatchObject({ headline: "", report: { judged: false, refused: false } });
    expect((await verdict("")).report.refused).toBe(true);
  });
});
