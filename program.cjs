/* eslint-disable @typescript-eslint/no-require-imports -- the engine loads this file with require */
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
// First, since it keeps the SDK from loading what is not used.
const { loadSources } = require("./toolchain/load-sources.cjs");
const { createProviders } = require("./components/providers.cjs");

/** Long enough for the requests to be sent; if it is not, they wait for the sources, and nothing else. */
const SENDING_MS = 10;

/** What Pulumi runs: index.ts, from its sources as they are. Plugins start while these are being loaded. */
module.exports = async () => {
  const providers = createProviders();
  await sleep(SENDING_MS);
  return loadSources(join(__dirname, "index.ts"), module).declareStack(providers);
};
