import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeTornAttributes } from "./torn-attributes";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(path: string, content: string): string {
  const full = join(folder, ".pulumi", path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

it("removes the stack's torn attribute files, and nothing else", () => {
  const torn = [
    file("stacks/strongroom/dev.json.attrs", ""),
    file("stacks/strongroom/dev.json.bak.attrs", '{"user.content'),
    file("locks/organization/strongroom/dev/1.json.attrs", ""),
    file("meta.yaml.attrs", ""),
  ];
  const kept = [
    file("stacks/strongroom/dev.json", ""),
    file("history/strongroom/dev/dev-1.history.json.attrs", '{"user.content_type":""}'),
    file("stacks/strongroom/development.json.attrs", ""),
    file("locks/organization/strongroom/other/1.json.attrs", ""),
  ];
  expect(removeTornAttributes({ stack: "dev", backendUrl: `file://${folder}` }).sort()).toEqual(torn.sort());
  expect(torn.filter((path) => existsSync(path))).toEqual([]);
  expect(kept.filter((path) => existsSync(path))).toEqual(kept);
});

it("has nothing to do where state is kept elsewhere, or nowhere yet", () => {
  expect(removeTornAttributes({ stack: "dev", backendUrl: "s3://bucket" })).toEqual([]);
  expect(removeTornAttributes({ stack: "dev", backendUrl: `file://${folder}/none` })).toEqual([]);
});
