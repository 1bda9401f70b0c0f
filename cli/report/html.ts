import { createHash } from "node:crypto";
import { html, htmlProse, oneLine } from "./escape";
import type { DocumentArgs } from "./formats";
import { graph } from "./graph";
import { typeWord } from "./graph-model";
import { printedBy } from "./messages";
import { cutOf, originOf } from "./release";
import type { PreviewReport, ServiceReport, SuppressedReport } from "./report";
import {
  type Answer,
  expectOption,
  happensOf,
  howOf,
  KINDS,
  LEVELS,
  MARKS,
  noticeOf,
  UNNOTICED,
  plural,
  risksOf,
  summary,
  tasksOf,
  verdictOf,
  wayBackOf,
} from "./sentences";
import { STYLE } from "./style";

/** Nothing is loaded and nothing runs: the page has this style sheet and no script. */
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** Lines of a card; the rest is further down the page. */
const LONGEST_CARD = 5;

/** One page for a browser, complete in itself. Its first screen: what happens, who notices, what is at risk, the way back. */
export function render({ report, engine }: DocumentArgs): string {
  const title = `Preview of stack ${oneLine(report.stack)}: ${verdictOf(report).word}`;
  return `${[
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${html(title)}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    "<main>",
    heading(report),
    cards(report),
    picture(report),
    services(report),
    plan(report),
    tasks(report),
    findings(report),
    suppressed(report),
    resources(report),
    engineText(report, engine),
    "</main>",
    "</body>",
    "</html>",
  ]
    .filter((part) => part !== "")
    .join("\n")}\n`;
}

function heading(report: PreviewReport): string {
  const { word, sentence } = verdictOf(report);
  const style = { ALLOWED: "allowed", REFUSED: "refused" }[word] ?? "other";
  const counts = report.judged ? `<span class="summary">${html(summary(report))}</span>` : "";
  return `<header><h1>Stack ${html(oneLine(report.stack))}</h1><span class="badge ${style}">${word}</span>${counts}<p>${html(capital(sentence))}.</p></header>`;
}

function cards(report: PreviewReport): string {
  const interrupted = report.services.some(({ interruption }) => interruption === "interrupted");
  const refusing = report.findings.some(({ level }) => level === "mandatory") || report.errors.length > 0;
  const good = report.succeeded && !report.withoutState ? "good" : "warn";
  const notice = noticeOf(report);
  const noticed = interrupted ? "bad" : "warn";
  const risk = report.suppressed.length > 0 ? "warn" : good;
  return [
    '<section class="cards" aria-label="In short">',
    card("What happens", "plain", happensOf(report)),
    card("Do users notice?", notice.word === UNNOTICED ? "good" : noticed, notice),
    card("What is at risk?", report.data.length > 0 || refusing ? "bad" : risk, risksOf(report)),
    card("How to go back", report.data.length > 0 ? "bad" : "plain", wayBackOf(report)),
    "</section>",
  ].join("\n");
}

function card(title: string, mood: string, { word, lines }: Answer): string {
  const shown = lines.length > LONGEST_CARD ? lines.slice(0, LONGEST_CARD - 1) : lines;
  const more = lines.length - shown.length;
  const items = [
    ...shown.map((line) => oneLine(line, 200)),
    ...(more > 0 ? [`and ${more} more, below`] : []),
  ];
  const list = items.map((item) => `<li>${htmlProse(item)}</li>`).join("");
  return `<div class="card ${mood}"><h2>${title}</h2><p class="word">${html(capital(oneLine(word, 200)))}</p><ul>${list}</ul></div>`;
}

function picture(report: PreviewReport): string {
  const drawn = graph(report);
  if (drawn === "") return "";
  const kinds = KINDS.filter((kind) => kind !== "unjudged" || report.counts.unjudged > 0);
  const legend = kinds.map(
    (kind) => `<li><b class="${kind}">${MARKS[kind].sign}</b> ${MARKS[kind].word}</li>`,
  );
  return `<section aria-label="The stack">\n<ul class="legend">${legend.join("")}</ul>\n<div class="scroll">${drawn}</div>\n</section>`;
}

function services({ services: all }: PreviewReport): string {
  if (all.length === 0) return "";
  const rows = all.map((service) => {
    const { name, before = "–", after = "–" } = service;
    const origin = originOf(service);
    const release = origin === undefined ? after : `${after}; ${origin}`;
    return row([name, before, release, howOf(service), noticeText(service)]);
  });
  return section("Services", table(["Service", "Now", "After", "How", "People notice"], rows));
}

function tasks(report: PreviewReport): string {
  const lines = tasksOf(report)?.lines ?? [];
  const items = lines.map((line) => `<li>${htmlProse(line)}</li>`).join("");
  return lines.length === 0 ? "" : section("What is left to people", `<ul>${items}</ul>`);
}

function noticeText(service: ServiceReport): string {
  const { interruption, causes } = service;
  if (interruption === "new") return "new";
  const notice = interruption === "interrupted" ? `interrupted: ${causes.join("; ")}` : "nothing";
  return [notice, cutOf(service)].filter((text) => text !== undefined).join("; ");
}

function plan({ digest }: PreviewReport): string {
  if (digest === undefined) return "";
  return section("Plan", `<p>To hold an update to it:</p>\n<pre>${html(expectOption(digest))}</pre>`);
}

const LEVEL_WORDS = { mandatory: "Refused", advisory: "Note", repair: "Repair" };

function findings({ judged, findings: all, errors }: PreviewReport): string {
  if (!judged) return "";
  const ranked = LEVELS.flatMap((level) => all.filter((finding) => finding.level === level));
  const parts = [
    ...errors.map((error) => finding("mandatory", "exceptions", "", error, [])),
    ...ranked.map(({ level, rule, name, problem, why, remedy, source, urn }) =>
      finding(level, rule, name, problem, [
        `<p>${htmlProse(why)}</p>`,
        `<p><b>Remedy:</b> ${htmlProse(remedy)}</p>`,
        `<p class="soft">Source: ${html(source)}. Resource: ${html(urn)}</p>`,
      ]),
    ),
  ];
  return section("Findings", parts.length > 0 ? parts.join("\n") : "<p>The gate has found nothing.</p>");
}

function finding(
  level: keyof typeof LEVEL_WORDS,
  rule: string,
  name: string,
  problem: string,
  more: string[],
): string {
  const about = name === "" ? "" : `${html(name)}: `;
  return `<div class="panel finding ${level}"><h3><span class="tag">${LEVEL_WORDS[level]}</span> ${html(rule)}</h3><p>${about}${htmlProse(problem)}</p>${more.join("")}</div>`;
}

function suppressed({ suppressed: all }: PreviewReport): string {
  if (all.length === 0) return "";
  const rows = all.map(
    ({ finding: { rule, name, problem }, owner, ticket, reason, expires, daysLeft }: SuppressedReport) =>
      row([
        rule,
        `${name}: ${problem}`,
        owner,
        ticket,
        reason,
        `${expires}, ${plural(daysLeft, "day")} left`,
      ]),
  );
  return section(
    "Suppressed by exceptions",
    table(["Rule", "Finding", "Who answers for it", "Ticket", "Reason", "Until"], rows),
  );
}

function resources({ resources: all }: PreviewReport): string {
  if (all.length === 0) return "";
  const rows = all
    .filter(({ kind }) => kind !== "same")
    .map(({ name, type, kind, component = "–", diffs }) =>
      row([`${MARKS[kind].sign} ${MARKS[kind].word}`, component, name, typeWord(type), diffs.join(", ")]),
    );
  if (rows.length === 0) return "";
  const text = table(["", "Component", "Resource", "Kind", "Properties that differ"], rows);
  return `<details class="panel"><summary>Every resource that changes (${rows.length})</summary>\n${text}</details>`;
}

function engineText(report: PreviewReport, engine: DocumentArgs["engine"]): string {
  const { title, text, open } = printedBy(engine, report);
  if (text.trim() === "") return "";
  return `<details class="panel"${open ? " open" : ""}><summary>${title}</summary>\n<pre>${html(text)}</pre></details>`;
}

function section(title: string, content: string): string {
  return `<section>\n<h2>${title}</h2>\n${content}\n</section>`;
}

function table(heads: string[], rows: string[]): string {
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join("");
  return `<div class="panel scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table></div>`;
}

function row(cells: string[]): string {
  return `<tr>${cells.map((cell) => `<td>${html(cell)}</td>`).join("")}</tr>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
