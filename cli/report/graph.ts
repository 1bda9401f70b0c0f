import { html, oneLine } from "./escape";
import { type Box, boxesOf, type Place, typeWord } from "./graph-model";
import type { PreviewReport, ResourceReport } from "./report";
import { countedText, countsOf, MARKS, plural } from "./sentences";

/** Measures of the picture, in its own units; it is scaled to the page's width. */
const WIDTH = 1140;
const BOX = { width: 324, head: 44, line: 24, foot: 10 };
const GAP = { across: 84, down: 18 };

/** Of a part, in characters: what fits beside its type. */
const LONGEST_NAME = 29;

const COLUMNS: Place[] = ["edge", "service", "database"];

interface Placed extends Box {
  x: number;
  y: number;
  height: number;
}

/** The stack as a picture: the edge, the services behind it, the database behind those; below, all that they use. */
export function graph(report: PreviewReport): string {
  const boxes = boxesOf(report);
  if (boxes.length === 0) return "";
  const columns = COLUMNS.map((place, column) =>
    stacked(
      boxes.filter((box) => box.place === place),
      column * (BOX.width + GAP.across),
      0,
    ),
  );
  const bottom = Math.max(...columns.map(bottomOf));
  const others = inRows(
    // What changes first.
    boxes.filter(({ place }) => place === "other").sort((a, b) => b.lines.length - a.lines.length),
    bottom + (bottom > 0 ? GAP.down * 2 : 0),
  );
  const all = [...columns.flat(), ...others];
  const height = bottomOf(all);
  return [
    `<svg viewBox="-2 -2 ${WIDTH + 4} ${height + 4}" role="img" aria-labelledby="graph-title graph-text">`,
    `<title id="graph-title">The stack by its components, and what happens to each</title>`,
    `<desc id="graph-text">${html(all.map(({ name, parts }) => `${oneLine(name)}: ${countedText(countsOf(parts))}`).join("; "))}</desc>`,
    `<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" orient="auto"><path d="M0 0 L10 5 L0 10 z" class="head"/></marker></defs>`,
    ...arrows(columns),
    ...all.map(drawn),
    "</svg>",
  ].join("\n");
}

function stacked(boxes: Box[], x: number, top: number): Placed[] {
  let y = top;
  return boxes.map((box) => {
    const placed = { ...box, x, y, height: heightOf(box) };
    y += placed.height + GAP.down;
    return placed;
  });
}

function inRows(boxes: Box[], top: number): Placed[] {
  const placed: Placed[] = [];
  let y = top;
  for (let at = 0; at < boxes.length; at += COLUMNS.length) {
    const row = boxes.slice(at, at + COLUMNS.length);
    placed.push(...row.flatMap((box, column) => stacked([box], column * (BOX.width + GAP.across), y)));
    y = bottomOf(placed) + GAP.down;
  }
  return placed;
}

function heightOf({ lines, rest }: Box): number {
  if (lines.length === 0) return BOX.head + 4;
  return BOX.head + (lines.length + (rest.length > 0 ? 1 : 0)) * BOX.line + BOX.foot;
}

function bottomOf(boxes: Placed[]): number {
  return Math.max(0, ...boxes.map(({ y, height }) => y + height));
}

/** From the edge to each service, from each service to the database. */
function arrows([edges = [], services = [], databases = []]: Placed[][]): string[] {
  const [edge] = edges;
  const [database] = databases;
  const line = (from: Placed, to: Placed) => {
    const [x1, y1] = [from.x + BOX.width, from.y + 22];
    const [x2, y2] = [to.x - 3, to.y + 22];
    const middle = (x1 + x2) / 2;
    return `<path class="arrow" d="M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
  };
  if (services.length === 0) return edge && database ? [line(edge, database)] : [];
  return services.flatMap((service) => [
    ...(edge ? [line(edge, service)] : []),
    ...(database ? [line(service, database)] : []),
  ]);
}

function drawn(box: Placed): string {
  const { name, x, y, height, parts, lines, rest } = box;
  const changed = parts.filter(({ kind }) => kind !== "same");
  const status =
    changed.length === 0
      ? `${lines.length === 0 ? `${plural(parts.length, "part")}, ` : ""}unchanged`
      : countedText(countsOf(changed));
  const rows = lines.map((part, index) => line(name, part, BOX.head + (index + 0.5) * BOX.line));
  const restAt = BOX.head + (lines.length + 0.5) * BOX.line;
  const more =
    lines.length > 0 && rest.length > 0
      ? [`<text class="rest" x="12" y="${restAt + 4}">smaller parts: ${countedText(countsOf(rest))}</text>`]
      : [];
  return [
    `<g transform="translate(${x} ${y})" class="box ${changed.length === 0 ? "still" : "moving"}">`,
    `<rect width="${BOX.width}" height="${height}" rx="8"/>`,
    `<text class="name" x="12" y="20">${html(shortened(name, 34))}</text>`,
    `<text class="status" x="12" y="37">${html(status)}</text>`,
    ...rows,
    ...more,
    "</g>",
  ].join("\n");
}

function line(component: string, { name, type, kind }: ResourceReport, middle: number): string {
  const { sign, word } = MARKS[kind];
  // Where there is no room for all of it, the part that every name in the box begins with is left out.
  const own =
    name.length > LONGEST_NAME && name.startsWith(`${component}-`) ? name.slice(component.length + 1) : name;
  return [
    `<g class="${kind}"><title>${html(`${oneLine(name)}, ${typeWord(type)}: ${word}`)}</title>`,
    `<rect class="mark" x="12" y="${middle - 8}" width="16" height="16" rx="3"/>`,
    `<text class="sign" x="20" y="${middle + 5}">${sign}</text>`,
    `<text class="part" x="36" y="${middle + 4}">${html(shortened(own, LONGEST_NAME))}</text>`,
    `<text class="type" x="${BOX.width - 10}" y="${middle + 4}">${html(shortened(typeWord(type), 14))}</text></g>`,
  ].join("");
}

/** The text with its middle left out: both ends of a name tell it apart. */
function shortened(text: string, longest: number): string {
  const line = [...oneLine(text)];
  if (widthOf(line) <= longest) return line.join("");
  const half = (longest - 1) / 2;
  const head = atMost(line, half);
  const tail = atMost([...line].reverse(), half).reverse();
  return `${head.join("")}…${tail.join("")}`;
}

/** Characters that fit, from the first on. */
function atMost(characters: string[], longest: number): string[] {
  const end = characters.findIndex((_, index) => widthOf(characters.slice(0, index + 1)) > longest);
  return end < 0 ? characters : characters.slice(0, end);
}

/** In characters of Latin text; others may be twice as wide. */
function widthOf(characters: string[]): number {
  return characters.reduce((width, each) => width + (each <= "\u024f" ? 1 : 2), 0);
}
