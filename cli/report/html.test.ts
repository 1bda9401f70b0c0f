import fc from "fast-check";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { render } from "./html";
import { reportUnjudged, type PreviewReport } from "./report";
import { hostileReports, hostileText } from "./testing/hostile";
import { DIFF, finding, firstInstall, refused, report, upgrade } from "./testing/reports";

const page = (given: PreviewReport, stdout = DIFF, stderr = "") =>
  render({ report: given, engine: { stdout, stderr }, configFile: "Pulumi.vault.yaml" });

/** Every tag with its attributes, but for code in a sentence. */
const tags = (text: string) =>
  (text.replace(/<style>[^]*?<\/style>/, "<style></style>").match(/<[^>]*>/g) ?? []).filter(
    (tag) => !/^<\/?code>$/.test(tag),
  );
const text = (given: string) =>
  given
    .slice(given.indexOf("<main>"))
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

describe("the page", () => {
  it("is complete in itself: no script, nothing loaded, and a policy that allows its style sheet alone", () => {
    const given = page(refused());
    const style = /<style>([^]*?)<\/style>/.exec(given)![1]!;
    const hash = createHash("sha256").update(style).digest("base64");
    expect(given).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(given).not.toMatch(/<script|<link|<img|<iframe|<a |\s(src|href|style|on\w+)=/i);
    expect(style).not.toMatch(/url\((?!#)|@import/);
    expect(style).toContain("prefers-color-scheme: dark");
  });

  it("answers the four questions before anything else", () => {
    const given = text(page(refused()));
    const order = [
      "REFUSED",
      "What happens",
      "Do users notice? All services interrupted",
      "What is at risk? Data",
      "How to go back Only in part",
      "Services",
      "Findings",
      "Suppressed by exceptions",
      "Pulumi's diff",
    ].map((each) => given.indexOf(each));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
    expect(text(page(upgrade()))).toContain("New release of dashboard, server");
    expect(text(page(firstInstall()))).toContain("First install");
    expect(text(page(report([])))).toContain("Nothing changes");
  });

  it("draws each component with its parts, marked by sign, colour and word", () => {
    const given = page(refused());
    for (const [kind, sign, name] of [
      ["delete", "−", "database-database"],
      ["create", "+", "database-other"],
      ["replace", "±", "database-postgres"],
      ["same", "=", "edge-traefik"],
    ])
      expect(given).toMatch(
        new RegExp(
          `<g class="${kind}"><title>${name}, [a-z]+: [a-z]+</title>.*>\\${sign}</text>.*>${name}</text>`,
        ),
      );
    // From the edge to two services, from those to the database.
    expect(given.match(/<path class="arrow"/g)).toHaveLength(4);
    expect(given).toContain("database: 1 added, 1 replaced, 1 removed, 1 unchanged");
  });

  it("shows findings with remedies, who answers for exceptions, and the folded diff", () => {
    const given = text(page(refused()));
    expect(given).toContain("Refused chg-db-volume database-database");
    expect(given).toContain("Remedy: Leave database.volume as it is.");
    expect(given).toContain("OPS-4711");
    expect(page(refused())).toContain('<details class="panel"><summary>Pulumi\'s diff</summary>');
  });

  it("gives the engine's messages, open, where it failed or nothing could be judged", () => {
    for (const given of [
      reportUnjudged("vault"),
      reportUnjudged("vault", "no end"),
      { ...upgrade(), succeeded: false },
    ]) {
      const made = page(given, "Diagnostics: <b>\n", "error: failed\n");
      expect(made).toContain('<details class="panel" open><summary>The engine\'s messages</summary>');
      expect(made).toContain("Diagnostics: &lt;b&gt;\n\nerror: failed");
      expect(made).not.toContain("ALLOWED");
    }
  });

  it("has the same tags and attributes whatever the texts hold", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(hostileReports, hostileText, ({ benign, hostile }, engine) => {
        const made = page(hostile, `x${engine}`);
        expect(tags(made).join("\n")).toBe(tags(page(benign, "x")).join("\n"));
        expect(made.match(/<code>/g)?.length).toBe(made.match(/<\/code>/g)?.length);

        expect(made).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
      }),
      { numRuns: 40 },
    );
  });

  it("draws a picture of any size in bounds", () => {
    const many = { ...upgrade(), findings: [finding()] };
    const resources = Array.from({ length: 500 }, (_, index) => ({
      ...many.resources[index % many.resources.length]!,
      name: `resource-${index}`,
    }));
    const made = page({ ...many, resources });
    expect(made.match(/<g class="(create|delete|same|update)">/g)!.length).toBeLessThan(120);
    expect(made).toMatch(/smaller parts: \d+ added, \d+ removed</);
  });
});
