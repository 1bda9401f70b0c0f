import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadSources } from "./load-sources.cjs";

let folder: string;
let cache: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
  cache = join(folder, "cache");
  vi.stubEnv("STRONGROOM_CACHE", cache);
  mkdirSync(join(folder, "part"));
  write("part/value.ts", 'export const value: string = "first";\n');
  write("index.ts", 'export { value } from "./part/value";\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
const load = () => (loadSources(join(folder, "index.ts"), module) as { value: string }).value;
const stamps = () => {
  const [header] = readFileSync(kept()[0]!, "utf8").split("\n");
  const { sources } = JSON.parse(header!) as { sources: Record<string, { stamp?: string }> };
  return Object.values(sources).map(({ stamp }) => stamp);
};
/** Does something after each build. @returns what ends that */
const afterEachBuild = (then: (builds: number) => unknown) => {
  const load = createRequire(__filename);
  const esbuild = load("esbuild") as typeof import("esbuild");
  const loaded = load.cache[load.resolve("esbuild")]!;
  let builds = 0;
  const buildSync = (options: BuildOptions) => {
    const result = esbuild.buildSync(options);
    then((builds += 1));
    return result;
  };
  loaded.exports = { ...esbuild, buildSync };
  return () => {
    loaded.exports = esbuild;
  };
};
const kept = () => readdirSync(join(cache, "bundles")).map((name) => join(cache, "bundles", name));

describe("a program's sources", () => {
  it("are bundled once while they are the same", () => {
    expect(load()).toBe("first");
    const [bundle] = kept();
    // Would be found out if it were bundled again.
    writeFileSync(bundle!, '{"id":"other","sources":{}}\nexports.value = "kept"');
    expect(load()).toBe("kept");
  });

  it("are not read again once they lie untouched, and read when they were touched", async () => {
    load();
    // A stamp of a file that has just been written says nothing.
    expect(stamps()).toContain(undefined);
    await sleep(2100);
    load();
    expect(stamps()).not.toContain(undefined);
    const [bundle] = kept();
    const untouched = readFileSync(bundle!, "utf8");
    load();
    expect(readFileSync(bundle!, "utf8")).toBe(untouched);

    // As long as before, and as old by its own word.
    const file = join(folder, "part/value.ts");
    const { atime, mtime } = statSync(file);
    write("part/value.ts", 'export const value: string = "other";\n');
    utimesSync(file, atime, mtime);
    expect(load()).toBe("other");
  });

  it("are bundled again when one changed, also one below", () => {
    load();
    write("part/value.ts", 'export const value = "second";\n');
    expect(load()).toBe("second");
  });

  it("are bundled again when a new file changes what an import means", () => {
    load();
    write("part/value.tsx", 'export const value = "not this one";\n');
    write("part.ts", "");
    mkdirSync(join(folder, "part", "value"));
    rmSync(join(folder, "part", "value.ts"));
    expect(load()).toBe("not this one");
  });

  it("that are saved while they are bundled leave no bundle of what they were before", () => {
    const second = 'export const value = "second";\n';
    const restore = afterEachBuild((builds) => builds === 1 && write("part/value.ts", second));
    try {
      expect(load()).toBe("second");
    } finally {
      restore();
    }
    expect(load()).toBe("second");
  });

  it("of a checkout that is gone are removed when another one is bundled, and no others", () => {
    load();
    const gone = mkdtempSync(join(tmpdir(), "strongroom-unit-"));
    writeFileSync(join(gone, "index.ts"), 'export const value = "gone";\n');
    loadSources(join(gone, "index.ts"), module);
    const unfinished = join(cache, "bundles", "unfinished.js.1");
    writeFileSync(unfinished, "");
    expect(kept()).toHaveLength(3);
    rmSync(gone, { recursive: true });
    write("part/value.ts", 'export const value = "second";\n');
    expect(load()).toBe("second");
    expect(kept()).toHaveLength(2);
    utimesSync(unfinished, 0, 0);
    write("part/value.ts", 'export const value = "third";\n');
    expect(load()).toBe("third");
    expect(kept()).toHaveLength(1);
  });

  it("that change at every build are not kept", () => {
    const restore = afterEachBuild((builds) => write("part/value.ts", `export const value = "${builds}";\n`));
    try {
      load();
      expect(() => kept()).toThrow("ENOENT");
    } finally {
      restore();
    }
    expect(load()).toBe("2");
  });

  it("are bundled once where none of them is new", async () => {
    await sleep(2100);
    let all = 0;
    const restore = afterEachBuild((builds) => (all = builds));
    try {
      load();
    } finally {
      restore();
    }
    expect(all).toBe(1);
  });

  it("are bundled again when the kept bundle is torn", () => {
    load();
    writeFileSync(kept()[0]!, '{"sources":');
    expect(load()).toBe("first");
  });

  it("are compiled once while the bundle is the same", () => {
    const entry = join(folder, "index.ts");
    const run = () =>
      execFileSync(process.execPath, [
        "--eval",
        `const { loadSources } = require(${JSON.stringify(require.resolve("./load-sources.cjs"))});
         console.log(loadSources(${JSON.stringify(entry)}, module).value);
         setTimeout(() => undefined, 600);`,
      ])
        .toString()
        .trim();
    const code = () => kept().filter((path) => path.endsWith(".code"));
    expect(run()).toBe("first");
    const [file] = code();
    const made = readFileSync(file!);
    expect(run()).toBe("first");
    expect(readFileSync(file!)).toEqual(made);
    // Of another bundle, and torn.
    for (const wrong of [Buffer.concat([Buffer.alloc(64), made.subarray(64)]), made.subarray(0, 100)]) {
      writeFileSync(file!, wrong);
      expect(run()).toBe("first");
      expect(readFileSync(file!).subarray(0, 64)).toEqual(made.subarray(0, 64));
      expect(readFileSync(file!).length).toBeGreaterThan(100);
    }
  });

  it("run where no cache can be written", () => {
    vi.stubEnv("STRONGROOM_CACHE", join(folder, "index.ts"));
    expect(load()).toBe("first");
  });
});
