/* eslint-disable @typescript-eslint/no-require-imports -- engine and launcher load this file with require */
const { createHash } = require("node:crypto");
const {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");
const { Script } = require("node:vm");
const { cacheDirectory } = require("./cache-directory.cjs");

// The SDK loads these for programs that serialise functions, install packages or run an engine themselves. What is
// loaded here does none of it, and they are more than half of its start.
const unused = new Set(["typescript", "@npmcli/arborist", "normalize-package-data"]);
const sdk = require.resolve("@pulumi/pulumi");
const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const isUnused = unused.has(request) || (request === "./automation" && parent?.filename === sdk);
  return isUnused ? {} : load.call(this, request, parent, ...rest);
};

/**
 * Runs a TypeScript entry file: esbuild bundles its sources, its packages are the project's. Compiling file by file,
 * as Pulumi's own loader and tsx do, costs most of a second at every preview. The bundle is kept in the cache and
 * used again only if every file and folder that went into it is as it was, so that no stale build can be run:
 * untouched since, or with the same content. Beside it lies what V8 made of it. `__dirname` is the entry's everywhere. Types are checked in CI.
 * @param {string} entry absolute path of the entry file
 * @param {NodeJS.Module} parent module that loads it
 * @returns what the entry file exports
 */
function loadSources(entry, parent) {
  const { id, text } = keptBundle(entry) ?? makeBundle(entry);
  Error.prepareStackTrace = shortStack;
  Error.stackTraceLimit = 10;
  const loaded = new Module(entry, parent);
  loaded.filename = entry;
  loaded.paths = Module._nodeModulePaths(dirname(entry));
  const code = keptCode(entry, id);
  const script = new Script(Module.wrap(text), {
    filename: entry,
    cachedData: code,
  });
  if (code === undefined || script.cachedDataRejected) {
    process.once("exit", () => {
      // Only now are the functions compiled that a run needs; in a short one few are.
      if (process.uptime() > 0.5)
        keep(codeFile(entry), Buffer.concat([Buffer.from(id), script.createCachedData()]));
    });
  }
  const require = Module.createRequire(entry);
  script.runInThisContext().call(loaded.exports, loaded.exports, require, loaded, entry, dirname(entry));
  return loaded.exports;
}

/**
 * The SDK takes a stack for each promise and resource, of an error without a message; writing them out, let alone
 * mapping each frame to its source as Pulumi's loader does, is a tenth of a second and more of a preview. An error
 * that says something has its stack; the bundle names the file above each part.
 */
function shortStack(error, frames) {
  return error.message === "" ? "" : [String(error), ...frames].join("\n    at ");
}

/** The bundle in the cache, if it is of the sources as they are. */
function keptBundle(entry) {
  try {
    const kept = readFileSync(bundleFile(entry), "utf8");
    const end = kept.indexOf("\n");
    const { id, sources } = JSON.parse(kept.slice(0, end));
    const now = {};
    let touched = false;
    for (const [path, { stamp, hash }] of Object.entries(sources)) {
      // Before the content is looked at: what is written after that has another one.
      now[path] = { stamp: stampSource(path), hash };
      if (stamp !== undefined && now[path].stamp === stamp) continue;
      if (hashSource(path) !== hash) return undefined;
      touched = true;
    }
    const text = kept.slice(end + 1);
    if (touched) keepBundle(entry, { id, sources: now, text });
    return { id, text };
  } catch {
    return undefined;
  }
}

/** What V8 made of that very bundle; it checks by itself that it made it. */
function keptCode(entry, id) {
  try {
    const kept = readFileSync(codeFile(entry));
    return kept.subarray(0, id.length).equals(Buffer.from(id)) ? kept.subarray(id.length) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Bundles the sources, and keeps the bundle with what they are. If one may have been saved after esbuild had read it,
 * they are bundled again: only if that makes no difference are they what the bundle is of, and else none is kept.
 */
function makeBundle(entry) {
  const begun = Date.now();
  const { id, text, paths } = build(entry);
  const sources = describe(paths);
  if (paths.some((path) => changedSince(path, begun))) {
    const again = build(entry);
    if (again.id !== id) return again;
  }
  removeOrphans();
  keepBundle(entry, { id, sources, text });
  return { id, text };
}

function build(entry) {
  const { outputFiles, metafile } = require("esbuild").buildSync({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    // One SDK for all: providers' packages and the engine's start script must meet in the same modules. esbuild
    // looks for its program beside itself.
    external: ["@pulumi/*", "esbuild"],
    platform: "node",
    format: "cjs",
    target: "node20",
    // What is not bundled is CommonJS; a script of one's own has no import().
    supported: { "dynamic-import": false },
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const { text } = outputFiles[0];
  const files = Object.keys(metafile.inputs).map((path) => resolve(dirname(entry), path));
  // Another file in a folder can change what an import means.
  const paths = new Set([...files, ...files.map(dirname), __filename]);
  return { id: sha256(text), text, paths: [...paths] };
}

/** What each source is: hashing them all takes a fiftieth of a preview, asking for their stamps nothing. */
function describe(paths) {
  return Object.fromEntries(
    paths.map((path) => [path, { stamp: stampSource(path), hash: hashSource(path) }]),
  );
}

function keepBundle(entry, { id, sources, text }) {
  // The entry first: it is looked for in the file's begin alone.
  keep(bundleFile(entry), `${JSON.stringify({ entry, id, sources })}\n${text}`);
}

/** A cache that cannot be written costs time, not the run. */
function keep(file, content) {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(join(cacheDirectory(), "bundles"), { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, content, { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // As above.
  }
}

/** Longer than the path of any file, in bytes: Linux allows 4096. */
const HEAD_BYTES = 8192;
/** Longer than any bundle takes to be written, milliseconds. */
const UNFINISHED_MS = 3_600_000;

/** Removes the bundles of checkouts that are not there any more, and what was never finished. */
function removeOrphans() {
  const folder = join(cacheDirectory(), "bundles");
  try {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (!/\.(js|code)$/.test(name)) {
        if (Date.now() - statSync(file).mtimeMs > UNFINISHED_MS) rmSync(file, { force: true });
      } else if (name.endsWith(".js") && !existsSync(entryOf(file))) {
        rmSync(file, { force: true });
        rmSync(file.replace(/\.js$/, ".code"), { force: true });
      }
    }
  } catch {
    // Somebody else removes them too, or the folder is not there yet.
  }
}

/** The entry file of a bundle; "" of one that does not say. */
function entryOf(file) {
  const head = Buffer.alloc(HEAD_BYTES);
  const opened = openSync(file, "r");
  try {
    readSync(opened, head);
  } finally {
    closeSync(opened);
  }
  const [, entry] = /^\{"entry":("(?:[^"\\]|\\.)*")/.exec(head.toString("utf8")) ?? [];
  return entry === undefined ? "" : JSON.parse(entry);
}

const bundleFile = (entry) => join(cacheDirectory(), "bundles", `${sha256(entry)}.js`);
const codeFile = (entry) => join(cacheDirectory(), "bundles", `${sha256(entry)}.code`);

/** Shorter than this ago, a second change may leave the clock of a file system as it is: 10 ms at most, 2 s on FAT. */
const UNSETTLED_MS = 2000;

/**
 * Changes with whatever is written to a file or made in a folder, and cannot be set back.
 * @returns undefined when only the content says whether it is as it was
 */
function stampSource(path) {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!status || Date.now() - Number(status.ctimeNs / 1_000_000n) < UNSETTLED_MS) return undefined;
  return [status.dev, status.ino, status.size, status.mtimeNs, status.ctimeNs].join(" ");
}

/** Whether anything may have been written to a file, or made in a folder, after a time in milliseconds since 1970. */
function changedSince(path, time) {
  const status = statSync(path, { throwIfNoEntry: false });
  return !status || status.ctimeMs > time - UNSETTLED_MS;
}

/** Hash of a file's content, or of the names in a folder. */
function hashSource(path) {
  try {
    return sha256(readFileSync(path));
  } catch (error) {
    if (error.code !== "EISDIR") throw error;
    return sha256(readdirSync(path).sort().join("\n"));
  }
}

function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}

module.exports = { loadSources };
