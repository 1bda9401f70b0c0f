import { stackOption } from "../context";
import { fenced, markdown, markdownProse } from "./escape";
import type { DocumentArgs } from "./formats";
import { printedBy } from "./messages";
import { cutOf, originOf } from "./release";
import type { PreviewReport, ServiceReport } from "./report";
import {
  type Answer,
  expectOption,
  happensOf,
  howOf,
  LEVELS,
  noticeOf,
  plural,
  risksOf,
  summary,
  tasksOf,
  verdictOf,
  wayBackOf,
} from "./sentences";

/** A comment on GitHub holds 65,536 characters, one on GitLab more; a bot may add a line of its own. */
const LONGEST = 65_000;

/** Of one cell, as it is written: four of them and the services leave most of the comment to the findings. */
const LONGEST_CELL = 3_000;
const LONGEST_TABLE = 10_000;

/** What a sentence about what was left out may take. */
const RESERVED = 400;

const VERDICT_MARKS: Record<string, string> = { ALLOWED: "✅", REFUSED: "⛔" };
const LEVEL_MARKS = { mandatory: "⛔ refused", advisory: "⚠️ note", repair: "🔧 repair" };

/**
 * A comment for a pull request. Its first line, which is not shown, names the stack: a bot finds its own comment by it.
 * What is too long is cut, and said to be: first the engine's diff, then findings, those that refuse last.
 */
export function render({ report, engine }: DocumentArgs): string {
  const head = headOf(report);
  const details = blocksThatFit(detailsOf(report), LONGEST - head.length - 2 * RESERVED);
  const above = [head, ...details.parts].join("\n\n");
  // No finding is cut while there is any of the diff.
  const room = details.complete ? LONGEST - above.length - RESERVED : 0;
  return `${above}\n\n${foldedEngine(report, engine, room)}\n`;
}

/** The line by which a bot finds its comment on a stack. */
export function marker(stack: string): string {
  return `<!-- strongroom-preview ${stack.replace(/[^\w-]/g, "_").slice(0, 100)} -->`;
}

function headOf(report: PreviewReport): string {
  const { word, sentence } = verdictOf(report);
  const tasks = tasksOf(report);
  const rows = [
    ["What happens", cell(happensOf(report))],
    ["Do users notice?", cell(noticeOf(report))],
    ["What is at risk?", cell(risksOf(report))],
    ["How to go back", cell(wayBackOf(report))],
    ...(tasks ? [["What is left to people", cell(tasks)]] : []),
  ];
  return [
    marker(report.stack),
    `## ${VERDICT_MARKS[word] ?? "⚠️"} Stack ${markdown(report.stack, 100)}: ${word}${report.judged ? `, ${summary(report)}` : ""}`,
    [
      `| ${word} | ${markdownProse(sentence)} |`,
      "| :--- | :--- |",
      ...rows.map(([name, text]) => `| **${name}** | ${text} |`),
    ].join("\n"),
    ...servicesOf(report),
    ...(report.digest === undefined
      ? []
      : [`To hold an update to this plan: \`${expectOption(report.digest)}\``]),
  ].join("\n\n");
}

/** An answer as the lines of a table's cell. */
function cell({ word, lines }: Answer): string {
  const { shown, left } = fitting(
    lines.map((line) => markdownProse(line, 300)),
    LONGEST_CELL,
  );
  return [`**${markdown(word, 100)}**`, ...shown, ...(left > 0 ? [`… and ${left} more`] : [])].join("<br>");
}

function servicesOf({ services }: PreviewReport): string[] {
  if (services.length === 0) return [];
  const { shown, left } = fitting(services.map(serviceRow), LONGEST_TABLE);
  const head = ["| Service | Now | After | How | People notice |", "| --- | --- | --- | --- | --- |"];
  return [[...head, ...shown].join("\n"), ...(left > 0 ? [`… and ${plural(left, "more service")}`] : [])];
}

function serviceRow(service: ServiceReport): string {
  const { name, before, after, interruption, causes } = service;
  const notice = {
    none: "nothing",
    new: "new",
    interrupted: `**interrupted**: ${markdown(causes.join("; "), 300)}`,
  };
  const cells = [name, before ?? "–", after ?? "–"].map((text) => markdown(text, 200));
  const [origin, cut] = [originOf(service), cutOf(service)].map((text) =>
    text === undefined ? "" : `<br>${markdown(text, 300)}`,
  );
  return `| ${[...cells.slice(0, 2), `${cells[2]}${origin}`, howOf(service), `${notice[interruption]}${cut}`].join(" | ")} |`;
}

/** A part of the document that is there as a whole, in short, or not at all. */
interface Block {
  section: "Findings" | "Suppressed by exceptions";
  long: string;
  short: string;
  refuses: boolean;
}

/** In the order in which they are kept when not all fit. */
function detailsOf({ findings, suppressed, errors }: PreviewReport): Block[] {
  const ranked = LEVELS.map((rank) =>
    findings
      .filter(({ level }) => level === rank)
      .map(({ rule, level, name, urn, problem, why, remedy, source }): Block => {
        const short = `- ${LEVEL_MARKS[level]} **${markdown(rule, 60)}** ${markdown(name, 100)}`;
        const more = [
          `${short}: ${markdownProse(problem)}`,
          markdownProse(why),
          `**Remedy:** ${markdownProse(remedy)}`,
          `<sub>Source: ${markdown(source)}. Resource: ${markdown(urn)}</sub>`,
        ];
        const long = level === "repair" ? more[0]! : more.join("<br>");
        return { section: "Findings", long, short, refuses: level === "mandatory" };
      }),
  );
  const [mandatory = [], advisory = [], repair = []] = ranked;
  return [
    ...errors.map((error): Block => {
      const long = `- ⛔ refused ${markdownProse(error)}`;
      return { section: "Findings", long, short: `- ⛔ refused ${markdown(error, 60)}`, refuses: true };
    }),
    ...mandatory,
    ...suppressed.map(({ finding, owner, ticket, reason, expires, daysLeft }): Block => {
      const short = `- **${markdown(finding.rule, 60)}** ${markdown(finding.name, 100)}`;
      const by = `by ${markdown(owner, 100)}, ${markdown(ticket, 100)}: ${markdown(reason)} (until ${markdown(expires, 20)}, ${plural(daysLeft, "day")} left)`;
      const long = `${short}: ${markdownProse(finding.problem)}<br>${by}`;
      return { section: "Suppressed by exceptions", long, short, refuses: false };
    }),
    ...advisory,
    ...repair,
  ];
}

/** The details under their headings, as many as there is room for, the first ones before the others. */
function blocksThatFit(blocks: Block[], room: number): { parts: string[]; complete: boolean } {
  // Each in short has its place before any is written out.
  const { shown, left } = fitting(
    blocks.map(({ short }) => short),
    room,
  );
  let spare = room - shown.reduce((sum, short) => sum + short.length + 4, 0);
  const texts = blocks.slice(0, shown.length).map(({ long, short }) => {
    const more = long.length - short.length;
    if (more > spare) return `${short} …`;
    spare -= more;
    return long;
  });
  const sections = (["Findings", "Suppressed by exceptions"] as const).flatMap((section) => {
    const own = texts.filter((_, index) => blocks[index]!.section === section);
    return own.length > 0 ? [`### ${section}`, own.join("\n")] : [];
  });
  const refusing = blocks.slice(shown.length).filter(({ refuses }) => refuses).length;
  const note = `… and ${left} more, ${refusing} of which refuse the change`;
  return {
    parts: left > 0 ? [...sections, note] : sections,
    complete: left === 0 && texts.every((text, index) => text === blocks[index]!.long),
  };
}

/** What the engine printed, folded, as much as there is room for. */
function foldedEngine(report: PreviewReport, engine: DocumentArgs["engine"], room: number): string {
  const { title, text, open: unfolded } = printedBy(engine, report);
  if (text.trim() === "") return "The engine printed nothing.";
  const open = `<details${unfolded ? " open" : ""}><summary>${title}</summary>\n\n`;
  const close = "\n\n</details>";
  const space = Math.max(0, room - open.length - close.length);
  let body = cut(text, space);
  let block = fenced(body);
  // The rest of the text cannot need a longer fence.
  if (block.length > space)
    block = fenced((body = cut(text, Math.max(0, space - (block.length - body.length)))));
  const command = `\`./strongroom preview${stackOption(report.stack)}\``;
  if (body.trim() === "" || block.length > space)
    return `${title} is left out, for want of room: ${command} shows it.`;
  const missing = lines(text) - lines(body);
  const note =
    missing > 0 || body.length < text.trimEnd().length
      ? `\n\n${plural(missing, "line")} of ${lines(text)} left out, for want of room: ${command} shows all.`
      : "";
  return `${open}${block}${note}${close}`;
}

/** The first characters of a text, in whole lines if there is one. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.lastIndexOf("\n", length);
  return end > 0 ? text.slice(0, end) : text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function lines(text: string): number {
  return text.trimEnd().split("\n").length;
}

/** The first texts that fit together, with a character between two; and how many do not. */
function fitting(texts: string[], room: number): { shown: string[]; left: number } {
  let used = 0;
  const end = texts.findIndex((text) => (used += text.length + 4) > room);
  const shown = end < 0 ? texts : texts.slice(0, end);
  return { shown, left: texts.length - shown.length };
}
