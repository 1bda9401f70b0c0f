import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineConfigFile, secretsManagerPlace } from "./config-file";

describe("the path by which the engine gets the configuration", () => {
  let folder: string;
  let checkout: string;
  let context: { configFile: string; stackDir: string };
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "strongroom-unit-")));
    checkout = join(folder, "checkout");
    mkdirSync(checkout);
    context = { configFile: join(checkout, "Pulumi.dev.yaml"), stackDir: join(folder, "stacks", "dev") };
    writeFileSync(context.configFile, "config:\n  strongroom:product: demo\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("reads the file as it is now, also after an edit", () => {
    const path = engineConfigFile(context);
    writeFileSync(context.configFile, "config:\n  strongroom:product: other\n");
    expect(readFileSync(path, "utf8")).toContain("other");
  });

  it("lets nobody make its folder, which the engine does before it writes", () => {
    // Go's filepath.Dir and Node's dirname both clean the path as text.
    const textual = join(dirname(engineConfigFile(context)));
    expect(() => mkdirSync(textual, { recursive: true })).toThrow(/EEXIST|ENOTDIR/);
  });

  it("is the same every time, and another for another checkout", () => {
    const other = join(folder, "other");
    mkdirSync(other);
    const second = { ...context, configFile: join(other, "Pulumi.dev.yaml") };
    writeFileSync(second.configFile, "config: {}\n");
    expect(engineConfigFile(context)).toBe(engineConfigFile(context));
    expect(readFileSync(engineConfigFile(second), "utf8")).toBe("config: {}\n");
    expect(readFileSync(engineConfigFile(context), "utf8")).toContain("demo");
  });

  it("is made anew where something else came in its way", () => {
    const path = engineConfigFile(context);
    rmSync(join(context.stackDir, "edit-the-yaml-file-by-hand"), { recursive: true });
    expect(engineConfigFile(context)).toBe(path);
    expect(readFileSync(path, "utf8")).toContain("demo");
  });

  it("is the file itself when its secrets manager is in it, or when there is none", () => {
    writeFileSync(context.configFile, "config: {}\nencryptionsalt: v1:x\n");
    expect(engineConfigFile(context)).toBe(context.configFile);
    rmSync(context.configFile);
    expect(engineConfigFile(context)).toBe(context.configFile);
  });
});

it.each([
  ["encryptionsalt: v1:x\nconfig: {}\n", "file"],
  ["secretsprovider: awskms://alias/x\nencryptedkey: y\n", "file"],
  ["config:\n  other:encryptionsalt: x\n", "state"],
  ["# encryptionsalt: v1\nconfig: {}\n", "state"],
])("finds the secrets manager's place in %j", (text, place) => {
  expect(secretsManagerPlace(text)).toBe(place);
});
