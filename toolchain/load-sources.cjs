/* eslint-disable @typescript-eslint/no-require-imports -- engine and launcher load this file with require */
const Module = require("node:module");
const { dirname } = require("node:path");

// The SDK loads these for programs that serialise functions and for installing packages. What is loaded here does
// neither, and they are half of its start.
const unused = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;
Module._load = function (request, ...rest) {
  return unused.has(request) ? {} : load.call(this, request, ...rest);
};

/**
 * Runs a TypeScript entry file: its sources are bundled in memory by esbuild, its packages are the project's.
 * Pulumi's own loader compiles file by file, which costs most of a second at every preview; and nothing is written, so
 * no stale build can be run. Types are checked in CI.
 * @param {string} entry absolute path of the entry file
 * @param {NodeJS.Module} parent module that loads it
 * @returns what the entry file exports
 */
function loadSources(entry, parent) {
  const { buildSync } = require("esbuild");
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
    logLevel: "error",
  });
  // Pulumi's loader maps every frame of every stack back to its source, and the SDK takes a stack for each promise:
  // 0.3 s of a preview. The bundle names the file above each part instead.
  Error.prepareStackTrace = undefined;
  Error.stackTraceLimit = 10;
  const loaded = new Module(entry, parent);
  loaded.filename = entry;
  loaded.paths = Module._nodeModulePaths(dirname(entry));
  loaded._compile(outputFiles[0].text, entry);
  return loaded.exports;
}

module.exports = { loadSources };
