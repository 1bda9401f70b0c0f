import { stripVTControlCharacters } from "node:util";

/**
 * Characters that a reader does not see or that turn what follows around (CVE-2021-42574): all control characters
 * but tab and line feed, directional marks, and byte order marks.
 */

const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text as it may stand in any document: lines end with a line feed, colours are gone, invisible characters are shown. */
export function plain(text: string): string {
  return wellFormed(stripVTControlCharacters(text))
    .replace(/\r\n?/g, "\n")
    .replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Halves of a surrogate pair become U+FFFD, as they would in a file. */
function wellFormed(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

/** The text in one line of at most so many characters; a cut is marked. */
export function oneLine(text: string, longest = Infinity): string {
  const line = plain(text).replace(/\s+/g, " ").trim();
  if (line.length <= longest) return line;
  return `${wellFormed(line.slice(0, longest - 1)).replace(/\ufffd$/, "")}…`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for HTML and SVG, between tags and in quoted attributes. */
export function html(text: string): string {
  return plain(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Text for HTML in which `what stands in backticks` is code. */
export function htmlProse(text: string): string {
  return html(text).replace(/`([^`\n]+)`/g, "<code>$1</code>");
}

/** Characters with a meaning in GitHub's or GitLab's Markdown, inside a line. */
const MARKDOWN = /[&<>|\\`*_[\]{}~$^=!#@]/g;

/**
 * Text inside a line or a table's cell of Markdown, in one line: shown as it is. As references to characters, which
 * have no meaning in Markdown (CommonMark 6.2, GFM 4.10); nothing becomes a link, and nobody is called by name.
 * @param longest characters of the text that are shown
 */
export function markdown(text: string, longest = 600): string {
  return (
    oneLine(text, longest)
      // Platforms look for names and numbers after Markdown is read.
      .replace(/(^|\W)([@#])(?=\w)/g, "$1$2\u2060")
      .replace(MARKDOWN, (character) => `&#${character.charCodeAt(0)};`)
      .replace(/:(?=\/\/)|(?<=www)\./gi, (character) => `&#${character.charCodeAt(0)};`)
  );
}

/** The same, in which `what stands in backticks` is code. */
export function markdownProse(text: string, longest = 600): string {
  return oneLine(text, longest)
    .split(/(`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part) ? `<code>${markdown(part.slice(1, -1))}</code>` : spaced(part, markdown(part)),
    )
    .join("");
}

/** An escaped part with the spaces that it had at its ends. */
function spaced(part: string, escaped: string): string {
  if (escaped === "") return part;
  return `${part.startsWith(" ") ? " " : ""}${escaped}${part.endsWith(" ") ? " " : ""}`;
}

/** A block of code in Markdown: its fence is longer than any in the text. */
export function fenced(text: string): string {
  const body = plain(text).replace(/\n+$/, "");
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${body}\n${fence}`;
}
