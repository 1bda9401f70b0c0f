/* eslint-disable @typescript-eslint/no-require-imports -- engine and launcher load this file with require */
const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");

// The SDK loads these for programs that serialise functions and for installing packages. What is loaded here does
// neither, and they are half of its start.
const unused = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;
Module._load = function (request, ...rest) {
  return unused.has(request) ? {} : load.call(this, request, ...rest);
};

/**
 * Runs a TypeScript entry file: esbuild bundles its sources, its packages are the project's. Pulumi's own loader
 * compiles file by file, which costs most of a second at every preview. The bundle is kept in STRONGROOM_CACHE
 * and used again only if every file and folder that went into it is as it was, so that no stale build can be run.
 * Types are checked in CI.
 * @param {string} entry absolute path of the entry file
 * @param {NodeJS.Module} parent module that loads it
 * @returns what the entry file exports
 */
function loadSources(entry, parent) {
  const text = keptBundle(entry) ?? makeBundle(entry);
  // Pulumi's loader maps every frame of every stack back to its source, and the SDK takes a stack for each promise:
  // 0.3 s of a preview. The bundle names the file above each part instead.
  Error.prepareStackTrace = undefined;
  Error.stackTraceLimit = 10;
  const loaded = new Module(entry, parent);
  loaded.filename = entry;
  loaded.paths = Module._nodeModulePaths(dirname(entry));
  loaded._compile(text, entry);
  return loaded.exports;
}

/** The bundle in the cache, if it is of the sources as they are. */
function keptBundle(entry) {
  if (!process.env.STRONGROOM_CACHE) return undefined;
  try {
    const { sources, text } = JSON.parse(readFileSync(bundleFile(entry), "utf8"));
    return Object.entries(sources).every(([path, hash]) => hashSource(path) === hash) ? text : undefined;
  } catch {
    return undefined;
  }
}

function makeBundle(entry) {
  const { outputFiles, metafile } = require("esbuild").buildSync({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    // One SDK for all: providers' packages and the engine's start script must meet in the same modules.
    external: ["@pulumi/*"],
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const { text } = outputFiles[0];
  const files = Object.keys(metafile.inputs).map((path) => resolve(dirname(entry), path));
  // Another file in a folder can change what an import means.
  const paths = new Set([...files, ...files.map(dirname), __filename]);
  keep(entry, { sources: Object.fromEntries([...paths].map((path) => [path, hashSource(path)])), text });
  return text;
}

/** A cache that cannot be written costs time, not the run. */
function keep(entry, bundle) {
  if (!process.env.STRONGROOM_CACHE) return;
  const file = bundleFile(entry);
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, JSON.stringify(bundle), { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // As above.
  }
}

function bundleFile(entry) {
  return join(process.env.STRONGROOM_CACHE, "bundles", `${sha256(entry)}.json`);
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
