/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads this file with require */

// Starts the policy pack from its sources. The engine's own way would compile TypeScript with a compiler of its
// own choosing at every preview; esbuild does it in memory, so that no stale build can be run and nothing is
// written into the checkout. The packages are the project's: Node.js finds them in the folder above.
const { buildSync } = require("esbuild");
const Module = require("node:module");
const { join } = require("node:path");

// The SDK reads the pack's version from the package.json of the folder it is started in.
process.chdir(__dirname);

const entry = join(__dirname, "index.ts");
const { outputFiles } = buildSync({
  entryPoints: [entry],
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: "inline",
  write: false,
  logLevel: "error",
});

const pack = new Module(entry, module);
pack.filename = entry;
pack.paths = Module._nodeModulePaths(__dirname);
pack._compile(outputFiles[0].text, entry);
