/* eslint-disable @typescript-eslint/no-require-imports -- what operations/run runs */
const { join } = require("node:path");
const { loadSources } = require("../toolchain/load-sources.cjs");

loadSources(join(__dirname, "main.ts"), module);
