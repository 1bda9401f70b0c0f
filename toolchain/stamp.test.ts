import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pluginChoice, type Toolchain } from "./index";
import { readParts } from "./parts";
import { readStamp, stampKey, writeStamp, type StampInputs } from "./stamp";

let folder: string;
let file: string;
let tool: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
  file = join(folder, "toolchain.json");
  tool = join(folder, "pulumi");
  writeFileSync(tool, "");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const toolchain: Toolchain = { bin: "/bin", pulumiHome: "/home", standIns: [], source: "build" };

describe("the stamp", () => {
  it("gives back what was prepared for the same key", () => {
    writeStamp("key", toolchain, [tool], file);
    expect(readStamp("key", file)).toEqual(toolchain);
  });

  it("does not for another key, a lost file, a torn stamp or none", () => {
    expect(readStamp("key", file)).toBeUndefined();
    writeStamp("key", toolchain, [tool], file);
    expect(readStamp("other", file)).toBeUndefined();
    rmSync(tool);
    expect(readStamp("key", file)).toBeUndefined();
    writeFileSync(tool, "");
    writeFileSync(file, readFileSync(file, "utf8").slice(0, 20));
    expect(readStamp("key", file)).toBeUndefined();
  });
});

describe("its key", () => {
  const inputs: StampInputs = {
    parts: readParts(),
    plugins: [{ name: "docker", version: "5.2.0" }],
    choice: undefined,
    engine: undefined,
  };
  const changes: [string, Partial<StampInputs>][] = [
    ["a plugin's version", { plugins: [{ name: "docker", version: "5.2.1" }] }],
    ["the choice of plugins", { choice: "official" }],
    ["the engine on PATH", { engine: "/usr/bin /usr/bin/pulumi 1 1" }],
    ["the parts", { parts: readParts().filter(({ name }) => name !== "resource-docker") }],
  ];
  it.each(changes)("changes with %s", (_, change) =>
    expect(stampKey({ ...inputs, ...change })).not.toBe(stampKey(inputs)),
  );
  it("is the same for the same inputs", () => expect(stampKey({ ...inputs })).toBe(stampKey(inputs)));
  it("does not depend on Traefik, which is no part of the engine", () =>
    expect(stampKey({ ...inputs, parts: inputs.parts.filter(({ name }) => name !== "traefik") })).toBe(
      stampKey(inputs),
    ));
});

describe("STRONGROOM_PLUGINS", () => {
  it("is official, built or not set", () => {
    expect([undefined, "", "official", "built"].map(pluginChoice)).toEqual([
      undefined,
      undefined,
      "official",
      "built",
    ]);
    expect(() => pluginChoice("offical")).toThrow('"offical"');
  });
});
