import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checksumOf, findEngine, minimumEngine, unfitEngine } from "./engine";
import { cacheDirectory } from "./paths";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a CLI that says `output` into a folder of its own; returns the folder. */
function fakeEngine(output: string, { host = true, exitCode = 0 } = {}): string {
  const bin = mkdtempSync(join(folder, "bin-"));
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\necho '${output}'\nexit ${exitCode}\n`);
  if (host) writeFileSync(join(bin, "pulumi-language-nodejs"), "");
  chmodSync(join(bin, "pulumi"), 0o755);
  return bin;
}

describe("an engine on PATH", () => {
  it("is found in the first folder that has one", () => {
    const bin = fakeEngine("v3.259.0");
    mkdirSync(join(folder, "empty"));
    expect(findEngine(`${folder}/empty:${bin}:/usr/bin`)?.bin).toBe(bin);
    expect(findEngine(`${folder}/empty`)).toBeUndefined();
    expect(findEngine("")).toBeUndefined();
  });

  it("changes its identity when it is replaced", () => {
    const bin = fakeEngine("v3.259.0");
    const before = findEngine(bin)?.identity;
    writeFileSync(join(bin, "pulumi"), "#!/bin/sh\necho something longer than before\n");
    expect(findEngine(bin)?.identity).not.toBe(before);
  });

  it("is not the one that the cache holds", () => {
    const before = process.env.STRONGROOM_CACHE;
    process.env.STRONGROOM_CACHE = folder;
    try {
      expect(cacheDirectory()).toBe(folder);
      expect(findEngine(fakeEngine("v3.259.0"))).toBeUndefined();
    } finally {
      if (before === undefined) delete process.env.STRONGROOM_CACHE;
      else process.env.STRONGROOM_CACHE = before;
    }
  });

  it.each([
    [`v${minimumEngine}`, {}, undefined],
    ["v3.100.0", {}, `it is v3.100.0, ${minimumEngine} is needed`],
    ["v3.259.0", { host: false }, "it has no pulumi-language-nodejs"],
    ["v3.259.0", { exitCode: 1 }, "it does not run"],
  ])("that says %s (%o) is judged", async (output, options, reason) => {
    expect(await unfitEngine(findEngine(fakeEngine(output, options))!, "")).toBe(reason);
  });
});

describe("checksumOf", () => {
  const list = "AB12  pulumi-v1.0.0-linux-x64.tar.gz\ncd34 *pulumi-v1.0.0-linux-arm64.tar.gz\n";
  it("finds a file's line", () => {
    expect(checksumOf(list, "pulumi-v1.0.0-linux-x64.tar.gz")).toBe("ab12");
    expect(checksumOf(list, "pulumi-v1.0.0-linux-arm64.tar.gz")).toBe("cd34");
  });
  it("takes no part of a name for the name", () =>
    expect(checksumOf(list, "linux-x64.tar.gz")).toBeUndefined());
});
