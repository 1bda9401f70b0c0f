/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads this file with require */
const { join } = require("node:path");
const { loadSources } = require("./toolchain/load-sources.cjs");

// What Pulumi runs: index.ts, from its sources as they are.
module.exports = loadSources(join(__dirname, "index.ts"), module);
