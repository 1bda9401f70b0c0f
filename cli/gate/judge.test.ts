import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demoRaw, settingsOf } from "../../config/testing";
import { render as html } from "../report/html";
import { render as json } from "../report/json";
import { render as markdown } from "../report/markdown";
import { render as sarif } from "../report/sarif";
import type { Context } from "../context";
import { judge, notJudged } from "./judge";

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
const verdict = (events: string, exitCode = 0) => judge(context, { settings }, events, { exitCode });

describe("the verdict on a real preview", () => {
  it.each(readdirSync(fixtures))("%s is a document in every format", (name) => {
    const { report, headline } = verdict(eventsOf(name));
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
  ])("of %s refuses: %s", (name, refused) => {
    expect(verdict(eventsOf(name)).report.refused).toBe(refused);
  });

  it("interrupts only services with a cause, as the report says", () => {
    const { report, interrupts } = verdict(eventsOf("network-replaced.jsonl"));
    expect([...interrupts.keys()]).toEqual(
      report.services.filter(({ causes }) => causes.length > 0).map(({ name }) => name),
    );
    expect(interrupts.size).toBeGreaterThan(0);
    expect(verdict(eventsOf("release.jsonl")).interrupts.size).toBe(0);
  });
});

describe("a preview that cannot be judged", () => {
  const cut = eventsOf("release.jsonl").split("\n").slice(0, -3).join("\n");

  it("is refused, and says why, if the engine would go on", () => {
    const { report, headline } = verdict(cut);
    expect(report).toMatchObject({ judged: false, refused: true });
    expect(headline).toMatch(/^the preview cannot be judged: .+\n$/);
    expect(report.notJudged).toBe(headline.trimEnd());
  });

  it("needs no second reason where the engine refused by itself", () => {
    for (const given of [verdict(cut, 255), verdict("", 1), notJudged(context)])
      expect(given).toMatchObject({ headline: "", report: { judged: false, refused: false } });
    expect(verdict("").report.refused).toBe(true);
  });
});
