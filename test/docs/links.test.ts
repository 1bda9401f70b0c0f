import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchor, codeBlocks, codeSpans, headings, pages, prose, root } from "./documents";

/** Target of every link and picture of a page, but for those to other sites. */
function relativeLinks(page: string): string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** Folders whose files are named by path. */
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
  .map(({ name }) => name);

/** Code spans that name a file or folder of this repository. */
function namedPaths(page: string): string[] {
  return codeSpans(prose(page)).filter(
    (code) =>
      /^[\w.*/-]+$/.test(code) &&
      (folders.includes(code.split("/")[0]!) || /^Pulumi\.(dev|prod)\.yaml$/.test(code)) &&
      (code.includes("/") || code.includes(".yaml")),
  );
}

describe.each(pages)("%s", (page) => {
  it("links to files and headings that are there", () => {
    for (const link of relativeLinks(page)) {
      const [file = "", heading] = link.split("#");
      const target = file ? join(dirname(page), file) : page;
      expect(existsSync(join(root, target)), link).toBe(true);
      if (heading !== undefined) expect(headings(target).map(anchor), link).toContain(heading);
    }
  });

  it("names files that are there", () => {
    for (const path of namedPaths(page)) {
      const fixed = path.split("*")[0]!;
      const [folder, start] = [dirname(`${fixed}x`), fixed.split("/").at(-1)!];
      const there = path.includes("*")
        ? readdirSync(join(root, folder)).some((name) => name.startsWith(start))
        : existsSync(join(root, path));
      expect(there, path).toBe(true);
    }
  });

  it("closes its code blocks and has no line of a table that is cut off", () => {
    expect(prose(page)).not.toContain("```");
    for (const line of prose(page).split("\n")) {
      if (line.startsWith("|")) expect(line).toMatch(/\|$/);
    }
    for (const block of codeBlocks(page)) expect(block.trim()).not.toBe("");
  });
});

it("finds the links and paths that it looks for", () => {
  expect(relativeLinks("README.md")).toContain("docs/README.md");
  expect(namedPaths("README.md")).toContain("test/e2e/releases.test.ts");
  expect(namedPaths("docs/install.md")).toContain("Pulumi.dev.yaml");
});

it("the index names every page", () => {
  const linked = relativeLinks("docs/README.md").map((link) => `docs/${link}`);
  const others = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
  expect(linked).toEqual(expect.arrayContaining(others));
});
