import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { hashPart, readPart, readParts, type Part } from "./parts";
import { neededPlugins } from "./plugins";
import { partFor } from "./prepare";

const description = {
  binary: "tool",
  package: ".",
  version: "1.2.3",
  ldflags: "-X main.version=1.2.3",
  plugin: null,
  standIn: false,
};

const partSchema = z.strictObject({
  binary: z.string().regex(/^[a-z0-9-]+$/),
  package: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  ldflags: z.string(),
  plugin: z.strictObject({ kind: z.literal("resource"), name: z.string(), version: z.string() }).nullable(),
  standIn: z.boolean(),
  script: z.string().optional(),
});

it.each(readParts().map(({ name, folder: path }) => [name, path] as const))(
  "%s is described in full",
  (_, path) => {
    partSchema.parse(JSON.parse(readFileSync(join(path, "part.json"), "utf8")));
  },
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
  mkdirSync(join(folder, "tool"));
  mkdirSync(join(folder, "shared"));
  writeFileSync(join(folder, "tool", "part.json"), JSON.stringify(description));
  writeFileSync(join(folder, "tool", "go.mod"), "module tool\n\nreplace example.org/shared => ../shared\n");
  writeFileSync(join(folder, "shared", "shared.go"), "package shared\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a part", () => {
  const hash = () => hashPart(readPart("tool", folder));

  it("has a hash that follows its sources and the modules beside it", () => {
    const before = hash();
    writeFileSync(join(folder, "shared", "shared.go"), "package shared // changed\n");
    const after = hash();
    expect(after).not.toBe(before);
    writeFileSync(join(folder, "tool", "main.go"), "package main\n");
    expect(hash()).not.toBe(after);
  });

  it("has a hash that tests and notes leave alone", () => {
    const before = hash();
    writeFileSync(join(folder, "tool", "main_test.go"), "package main\n");
    writeFileSync(join(folder, "tool", "README.md"), "notes\n");
    expect(hash()).toBe(before);
  });

  it("is missed by name", () => expect(() => readPart("nothing", folder)).toThrow('no part "nothing"'));
});

describe("the toolchain's parts", () => {
  const parts = readParts();

  it.each(neededPlugins().map((plugin) => [plugin.name, plugin] as const))(
    "build the %s plugin in the version that npm's package asks for",
    (name, plugin) => {
      const part = partFor(plugin, parts);
      expect(part.binary).toBe(`pulumi-resource-${name}`);
      expect(part.version).toBe(plugin.version);
      expect(part.ldflags).toContain(plugin.version);
    },
  );

  it("do not build a plugin in another version than asked for", () => {
    const plugin = { name: "docker", version: "0.0.1" };
    expect(() => partFor(plugin, parts)).toThrow("bring them together");
    const described = {
      ...description,
      name: "x",
      folder,
      plugin: { kind: "resource", name: "x", version: "2.0.0" },
    };
    expect(() => partFor({ name: "x", version: "1.0.0" }, [described as Part])).toThrow("2.0.0");
  });
});
