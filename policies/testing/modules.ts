import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import ts from "typescript";

type Run = (require: (id: string) => unknown, exports: object) => void;

const packages = createRequire(__filename);
const compiled = new Map<string, Run>();

/**
 * Loads modules of the project beside those that run, so that one can be replaced: each `Modules` has its own copy
 * of all it loads.
 */
export class Modules {
  private readonly loaded = new Map<string, object>();

  /** @param replaced source texts, by absolute path, that are loaded instead of the files */
  constructor(
    private readonly replaced: ReadonlyMap<string, string>,
    /** Modules that are given instead of loaded, by absolute path. */
    private readonly given: ReadonlyMap<string, object> = new Map(),
  ) {}

  /** @param path absolute, with its ending */
  load<T>(path: string): T {
    const known = this.given.get(path) ?? this.loaded.get(path);
    if (known) return known as T;
    if (path.endsWith(".json")) return JSON.parse(readFileSync(path, "utf8")) as T;
    const exports = {};
    this.loaded.set(path, exports);
    this.code(path)((id) => this.resolved(path, id), exports);
    return exports as T;
  }

  private resolved(from: string, id: string): unknown {
    if (!id.startsWith(".")) return packages(id);
    const path = resolve(dirname(from), id);
    return this.load(sourceOf(path));
  }

  private code(path: string): Run {
    const replaced = this.replaced.get(path);
    if (replaced !== undefined) return compile(replaced, path);
    const run = compiled.get(path) ?? compile(readFileSync(path, "utf8"), path);
    compiled.set(path, run);
    return run;
  }
}

/** File of an import without an ending; folders stand for their index. */
function sourceOf(path: string): string {
  if (/\.json$/.test(path)) return path;
  for (const candidate of [`${path}.ts`, join(path, "index.ts")]) {
    try {
      readFileSync(candidate);
      return candidate;
    } catch {
      // The next one.
    }
  }
  throw new Error(`no source for ${path}`);
}

function compile(source: string, path: string): Run {
  const { outputText } = ts.transpileModule(source, {
    fileName: basename(path),
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  return new Function("require", "exports", outputText) as Run;
}
