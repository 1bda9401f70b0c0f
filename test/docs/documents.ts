import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(__dirname, "../..");

/** The README and every page of docs/, by path from the repository's root. */
export const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Text of a page without its fenced code blocks, in which nothing is a heading, link or table. */
export function prose(page: string): string {
  return readFileSync(join(root, page), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
}

/** Text of the fenced code blocks of a page. */
export function codeBlocks(page: string): string[] {
  const blocks = readFileSync(join(root, page), "utf8").matchAll(/^```\w*\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, text]) => text!);
}

/** Headings of a page, as they are written. */
export function headings(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text!.trim());
}

/** The anchor that GitHub gives a heading: lower case, no punctuation, hyphens for spaces. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Text under a heading of second rank, up to the next one. */
export function section(page: string, heading: string): string {
  const [, text] = prose(page).split(`\n## ${heading}\n`);
  if (text === undefined) throw new Error(`${page} has no section ${heading}`);
  return text.split("\n## ")[0]!;
}

/** Cells of every table row whose first cell is code. */
export function codeRows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}

/** Everything in a text that stands between single backticks. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}
