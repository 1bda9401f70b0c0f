/* eslint-disable @typescript-eslint/no-require-imports -- what the launcher runs */
const { join } = require("node:path");
const { loadSources } = require("../toolchain/load-sources.cjs");

void loadSources(join(__dirname, "main.ts"), module).run();
