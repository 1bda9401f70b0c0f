/* eslint-disable @typescript-eslint/no-require-imports -- loaded before there is TypeScript */
const { homedir } = require("node:os");
const { join, resolve } = require("node:path");

/**
 * Where built and downloaded tools live: may be deleted at any time, costs the time to make it again.
 * @param {NodeJS.ProcessEnv} [env]
 */
function cacheDirectory(env = process.env) {
  return resolve(env.STRONGROOM_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "strongroom"));
}

module.exports = { cacheDirectory };
