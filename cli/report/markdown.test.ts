import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marker, render } from "./markdown";
import { reportUnjudged, type PreviewReport } from "./report";
import { hostileReports, hostileText } from "./testing/hostile";
import { DIFF, finding, firstInstall, refused, upgrade } from "./testing/reports";

const page = (report: PreviewReport, stdout = DIFF, stderr = "") =>
  render({ report, engine: { stdout, stderr }, configFile: "Pulumi.vault.yaml" });

/** Lines outside the block of code, and those inside it; fails if it is not closed by its own fence. */
function parse(text: string): { prose: string[]; code: string[] | undefined } {
  const lines = text.split("\n");
  const open = lines.findIndex((line) => /^`{3,}text$/.test(line));
  if (open < 0) return { prose: lines, code: undefined };
  const fence = lines[open]!.slice(0, -"text".length);
  // A closing fence may be longer and be followed by spaces (CommonMark 4.5).
  const isClosing = (line: string) =>
    line.trim() === line.trim().replace(/[^`]/g, "") && line.trim().length >= fence.length;
  const close = open + 1 + lines.slice(open + 1).findIndex(isClosing);
  if (close <= open) throw new Error("the block of code is not closed");
  return { prose: [...lines.slice(0, open), ...lines.slice(close + 1)], code: lines.slice(open + 1, close) };
}

/** What only the document itself may write. */
function withoutMarkup(line: string): string {
  return line
    .replace(/<!-- strongroom-preview [\w-]* -->|<details( open)?>|<\/details>|<\/?summary>/g, "")
    .replace(/<(br|\/?code|\/?sub)>/g, "")
    .replace(/`\.\/strongroom preview[a-z -]*`/g, "")
    .replace(/&#\d+;/g, "")
    .replaceAll("**", "")
    .replace(/^##+ /, "");
}

/** What must not be left of a line of prose when the document's own markup is taken away. */
const BREAKS: [string, RegExp][] = [
  ["markup", /[<>`\\[\]_~$^*&]/],
  ["a link", /https?:\/\/|www\./i],
  ["a call", /(^|\W)@\w/],

  ["an invisible character", /[\u0000-\u001f\u202a-\u202e\u2028]/],
];

/** Everything by which a document is malformed. */
function faults(text: string): string[] {
  const { prose } = parse(text);
  const found: string[] = [];
  if (text.length > 65_000) found.push(`${text.length} characters`);
  if (!/^<!-- strongroom-preview [\w-]+ -->$/.test(prose[0]!)) found.push("no marker");
  const opened = prose.filter((line) => line.startsWith("<details")).length;
  if (prose.filter((line) => line === "</details>").length !== opened) found.push("details are not closed");
  let bars: number | undefined;
  for (const line of prose) {
    const inside = withoutMarkup(line);
    if (line.startsWith("|")) {
      const own = line.split("|").length;
      if (own !== (bars ??= own)) found.push(`another number of cells: ${line}`);
    } else {
      bars = undefined;
      if (inside.includes("|") || /^ {4}|^[>=~\t]/.test(inside)) found.push(`a block: ${line}`);
    }
    for (const [name, pattern] of BREAKS) if (pattern.test(inside)) found.push(`${name}: ${line}`);
  }
  return found;
}

function check(text: string): void {
  expect(faults(text)).toEqual([]);
}

describe("the Markdown", () => {
  it("is known to be malformed when it is", () => {
    const good = page(refused());
    for (const bad of ["a | b", "<b>", "`x`", "[a](b)", "https://x", "@all", "\u202e", "</details>", "    x"])
      expect(faults(good.replace("| REFUSED", `${bad}\n\n| REFUSED`)), bad).not.toEqual([]);
    expect(faults(good.replace("| server |", "| ser | ver |"))).not.toEqual([]);
    expect(faults(good + "x".repeat(65_000))).not.toEqual([]);
    expect(() => faults(good.replace("```\n\n</details>", "\n\n</details>"))).toThrow();
  });

  it("begins with a marker by which a bot finds its comment on the stack", () => {
    expect(page(upgrade()).split("\n")[0]).toBe("<!-- strongroom-preview vault -->");
    expect(marker("a-->b")).toBe("<!-- strongroom-preview a--_b -->");
  });

  it("says first what happens, who notices, what is at risk, and the way back", () => {
    const text = page(refused());
    expect(text).toContain("## ⛔ Stack vault: REFUSED, 1 added, 1 replaced, 1 removed\n");
    expect(text).toContain("the gate refuses this change for 2 reasons");
    expect(text).toMatch(/\*\*What happens\*\* \| \*\*Change of database\*\*<br>dashboard: stays v1\.0\.0/);
    expect(text).toMatch(
      /\| \*\*All services interrupted\*\*<br>dashboard, server: the database is restarted/,
    );
    expect(text).toMatch(/\*\*Data\*\*<br>volume database-database with the database is deleted/);
    expect(text).toMatch(/\*\*Only in part\*\*<br>revert the diff and run up<br>data that is deleted/);
    expect(text).toContain(
      "| server | v1.0.0 (e8a340b6eddc) | v1.0.0 (e8a340b6eddc) | same release | **interrupted**: the database is restarted (mounts) |",
    );
    expect(text).toMatch(
      /⛔ refused \*\*chg-db-volume\*\* database-database: .*<br>\*\*Remedy:\*\* Leave <code>database\.volume<\/code> as/,
    );
    expect(text).toMatch(/### Suppressed by exceptions\n\n- \*\*chg-domain\*\*.*OPS-4711.*38 days left/);
    check(text);
  });

  it("folds Pulumi's diff", () => {
    const text = page(upgrade());
    expect(text).toContain("## ✅ Stack vault: ALLOWED, 8 added, 1 changed, 8 removed");
    expect(text).toContain(
      `<details><summary>Pulumi's diff</summary>\n\n\`\`\`text\n${DIFF}\`\`\`\n\n</details>`,
    );
    expect(page(firstInstall())).toContain("**First install**");
    check(text);
  });

  it("gives the engine's messages, open, where it failed or nothing could be judged", () => {
    for (const report of [
      reportUnjudged("vault"),
      reportUnjudged("vault", "the preview cannot be judged: no end"),
      { ...upgrade(), succeeded: false },
    ]) {
      const text = page(report, "Diagnostics:\n  error: no such host\n", "error: preview failed\n");
      expect(text).toContain("<details open><summary>The engine's messages</summary>");
      expect(text).toContain("  error: no such host\n\nerror: preview failed");
      expect(text).not.toContain("ALLOWED");
      check(text);
    }
    expect(page(reportUnjudged("vault", "no end"))).toContain("| REFUSED | no end");
    expect(page(reportUnjudged("vault"), "")).toContain("The engine printed nothing.");
  });

  it("cuts a long diff, says so, and keeps every finding", () => {
    const text = page(refused(), `${"+ docker:index:Container one more\n".repeat(20_000)}`);
    check(text);
    expect(text.length).toBeGreaterThan(60_000);
    expect(text).toMatch(
      /\n\n\d+ lines of 20000 left out, for want of room: `\.\/strongroom preview --stack vault` shows/,
    );
    for (const { rule } of refused().findings) expect(text).toContain(`**${rule}**`);
  });

  it(
    "leaves the diff out before it shortens a finding, and those that refuse are the last to go",
    { timeout: 60_000 },
    () => {
      const many = (count: number) => ({
        ...refused(),
        findings: Array.from({ length: count }, (_, index) =>
          finding({
            level: index % 2 ? "mandatory" : "advisory",
            name: `resource-${index}`,
            why: "W".repeat(300),
          }),
        ),
      });
      let previous = { diff: true, whole: true };
      for (const count of [1, 20, 80, 160, 320, 1280]) {
        const text = page(many(count), DIFF.repeat(40));
        check(text);
        const diff = text.includes("```");
        const whole = text.split("W".repeat(300)).length - 1 === count;
        if (!whole) expect(diff, String(count)).toBe(false);
        if (!diff) expect(text).toContain("diff is left out");
        const left = /… and (\d+) more, (\d+) of which refuse/.exec(text);
        if (left && Number(left[2]) > 0) expect(text).not.toContain("⚠️ note");
        // More findings never leave more of the rest.
        expect([diff, whole]).toEqual([diff && previous.diff, whole && previous.whole]);
        previous = { diff, whole };
      }
      expect(previous).toEqual({ diff: false, whole: false });
    },
  );

  it("keeps its form whatever the texts hold", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(hostileReports, hostileText, ({ hostile }, text) => {
        check(page(hostile, text.repeat(3)));
        check(page({ ...hostile, succeeded: false }, text, text));
        check(page(reportUnjudged("vault", text), text));
      }),
      { numRuns: 40 },
    );
  });

  it("keeps its form when what is cut is full of fences", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70_000 }),
        fc.integer({ min: 1, max: 70_000 }),
        hostileText,
        (ticks, length, text) => {
          check(page(refused(), `${"x\n".repeat(length)}${"`".repeat(ticks)}\n${text}`));
          check(page(refused(), `${"`".repeat(ticks)}\n${"x".repeat(length)}`));
        },
      ),
      { numRuns: 15 },
    );
  });
});
