/* eslint-disable @typescript-eslint/no-require-imports -- loaded before there is TypeScript */
const command = require("@pulumi/command");
const tls = require("@pulumi/tls");

/**
 * The providers that need no configuration. The engine starts plugins one after the other, a tenth of a second each,
 * and an SDK's own default provider only with its first resource, which can be late in a chain.
 */
function createProviders() {
  return { actions: new command.Provider("actions"), certificates: new tls.Provider("certificates") };
}

module.exports = { createProviders };
