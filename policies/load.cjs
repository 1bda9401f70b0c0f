/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads this file with require */
const { join } = require("node:path");
const { loadSources } = require("../toolchain/load-sources.cjs");
require("./sdk.cjs");

// The SDK reads the pack's version from the package.json of the folder it is started in.
process.chdir(__dirname);

// The pack from its sources; its packages are the project's, which Node.js finds in the folder above.
loadSources(join(__dirname, "index.ts"), module);
