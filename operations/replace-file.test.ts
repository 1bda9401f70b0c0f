import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { replaceFile } from "./replace-file";

it("replaces a file and leaves nothing beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-replace-"));
  const file = join(folder, "a.json");
  writeFileSync(file, "a longer text that was there before", { mode: 0o644 });
  const before = statSync(file).ino;
  replaceFile(file, "new", 0o600);
  expect(readFileSync(file, "utf8")).toBe("new");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // Another file under the same name: whoever had the old one open reads it to its end.
  expect(statSync(file).ino).not.toBe(before);
  expect(readdirSync(folder)).toEqual(["a.json"]);
  rmSync(folder, { recursive: true });
});
