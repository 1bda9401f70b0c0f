import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checksumOf, downloadEngine, engineArchive, findEngine, minimumEngine, unfitEngine } from "./engine";

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
    vi.stubEnv("STRONGROOM_CACHE", folder);
    expect(findEngine(fakeEngine("v3.259.0"))).toBeUndefined();
    vi.unstubAllEnvs();
    expect(findEngine(fakeEngine("v3.259.0"))).toBeDefined();
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

describe("downloadEngine", () => {
  /** A `curl` that gets every address from a folder, by its last part. */
  function serve(files: string): void {
    const bin = join(folder, "curl-bin");
    mkdirSync(bin);
    const script = `for last; do :; done; while [ "$1" != --output ]; do shift; done; cp "${files}/\${last##*/}" "$2"`;
    writeFileSync(join(bin, "curl"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, "curl"), 0o755);
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
    vi.stubEnv("STRONGROOM_CACHE", join(folder, "cache"));
  }

  function publish(listed?: string): void {
    const files = join(folder, "files");
    mkdirSync(join(files, "pulumi"), { recursive: true });
    for (const program of ["pulumi", "pulumi-language-nodejs"])
      writeFileSync(join(files, "pulumi", program), program);
    const { file, checksums } = engineArchive("3.300.0");
    execFileSync("tar", ["-czf", file, "pulumi"], { cwd: files });
    const sum = createHash("sha256")
      .update(readFileSync(join(files, file)))
      .digest("hex");
    writeFileSync(join(files, basename(checksums)), `${listed ?? sum}  ${file}\n`);
    serve(files);
  }

  afterEach(() => vi.unstubAllEnvs());

  it("puts CLI and language host into the cache", async () => {
    publish();
    const bin = await downloadEngine("3.300.0");
    expect(bin.startsWith(join(folder, "cache"))).toBe(true);
    expect(readdirSync(bin).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
    expect(readdirSync(dirname(bin))).toEqual([basename(bin)]);
  });

  it("refuses an archive that is not the one listed, and keeps nothing of it", async () => {
    publish("0".repeat(64));
    await expect(downloadEngine("3.300.0")).rejects.toThrow("is not what its publisher lists");
    expect(readdirSync(join(folder, "cache", "engine"))).toEqual([]);
  });

  it("says what could not be downloaded", async () => {
    serve(join(folder, "nothing"));
    await expect(downloadEngine("3.300.0")).rejects.toThrow(engineArchive("3.300.0").url);
  });
});
