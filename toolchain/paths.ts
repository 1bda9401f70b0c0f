import { homedir } from "node:os";
import { join, resolve } from "node:path";

export { cacheDirectory } from "./cache-directory.cjs";

/** The checkout that this code runs from. */
export const repositoryRoot = resolve(__dirname, "..");

/** Where state, passphrases and the engine's own home live: lost with it, lost for good. */
export function homeDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(
    env.STRONGROOM_HOME || join(env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "strongroom"),
  );
}

/** PULUMI_HOME of strongroom's own, so that the user's plugins and logins are neither used nor changed. */
export function pulumiHome(env: NodeJS.ProcessEnv = process.env): string {
  return join(homeDirectory(env), "pulumi");
}
