import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashFolder, hashValues } from "./content-hash";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
  mkdirSync(join(folder, "a"));
  writeFileSync(join(folder, "a", "one"), "1");
  writeFileSync(join(folder, "two"), "2");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("hashFolder", () => {
  it("is the same for another place and other times", () => {
    const before = hashFolder(folder);
    utimesSync(join(folder, "two"), 1, 1);
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    folder = moved;
    expect(hashFolder(folder)).toBe(before);
  });

  it.each([
    ["content", () => writeFileSync(join(folder, "two"), "3")],
    ["a name", () => renameSync(join(folder, "two"), join(folder, "three"))],
    ["a place", () => renameSync(join(folder, "two"), join(folder, "a", "two"))],
    ["the executable bit", () => chmodSync(join(folder, "two"), 0o755)],
    ["a new file", () => writeFileSync(join(folder, "a", "new"), "")],
  ])("changes with %s", (_, change) => {
    const before = hashFolder(folder);
    change();
    expect(hashFolder(folder)).not.toBe(before);
  });

  it("leaves out what is not kept", () => {
    const before = hashFolder(folder, (path) => path !== "a/one");
    writeFileSync(join(folder, "a", "one"), "other");
    expect(hashFolder(folder, (path) => path !== "a/one")).toBe(before);
  });
});

describe("hashValues", () => {
  it("tells apart what joined text would not", () =>
    expect(hashValues(["a", "b"])).not.toBe(hashValues(["ab"])));
});
