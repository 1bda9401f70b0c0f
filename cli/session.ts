import { existsSync } from "node:fs";
import { processFate } from "../operations/process-identity";
import { ensureToolchain, type Toolchain } from "../toolchain";
import { ensureDocker } from "../toolchain/docker";
import { ensureImages } from "../toolchain/images";
import { type Context, defaultStack, displayPath } from "./context";
import { type CliError, refusal } from "./exit";
import { finishPassphraseChange } from "./passphrase-change";
import { createProgress, type Progress } from "./progress";
import { readRunRecord } from "./run-record";
import { loadConfig, type StackConfig } from "./stack-config";
import { initStack, stackExists } from "./stack-init";
import { stateFile } from "./state";

/** What a command that works on a stack has at hand: checked settings and an engine. */
export interface Session {
  context: Context;
  config: StackConfig;
  toolchain: Toolchain;
  progress: Progress;
  /** A line on stderr, without secrets. */
  say(text: string): void;
}

/**
 * Checks the configuration and provides the engine; changes nothing of the stack.
 * @param needs `stack`: the stack must exist, which is known in a moment where its state is a file
 * @param now as for loadConfig
 * @throws ConfigError first, before anything is touched; CliError when there is no such stack
 */
export async function openSession(context: Context, needs?: "stack", now?: Date): Promise<Session> {
  const config = loadConfig(context, now);
  const file = stateFile(context);
  if (needs && file !== undefined && !existsSync(file)) throw noStack(context);
  const progress = createProgress({ verbose: context.verbose });
  const toolchain = await ensureToolchain({ progress });
  if (needs && file === undefined) await requireStack(context, toolchain);
  // Nothing to do but after a change that was killed; while one is at work it is not ours to end.
  const other = readRunRecord(context);
  if (!other || processFate(other) === "dead") await finishPassphraseChange(context, toolchain);
  const say = (text: string) => process.stderr.write(`${config.redactor.text(text)}\n`);
  return { context, config, toolchain, progress, say };
}

async function requireStack(context: Context, toolchain: Toolchain): Promise<void> {
  if (!(await stackExists(context, toolchain))) throw noStack(context);
}

/** Names the command that makes the stack. */
function noStack({ stack, backendUrl }: Context): CliError {
  return refusal(
    stack === defaultStack
      ? `stack ${stack} does not exist yet: ./strongroom up makes it`
      : `stack ${stack} does not exist in ${backendUrl}: ./strongroom init ${stack}`,
  );
}

/** Provides a running Docker on every host, where that can be done from here. */
export async function prepareDocker({ config, progress }: Session): Promise<void> {
  await Promise.all(config.endpoints.map((endpoint) => ensureDocker(endpoint, progress)));
}

/** Provides what `up` needs beside engine and Docker: the stack itself if it is the default one, and images. */
export async function prepareStack({ context, config, toolchain, progress, say }: Session): Promise<void> {
  if (context.stack === defaultStack && !(await stackExists(context, toolchain))) {
    await progress.step("Creating stack dev", () => initStack(context, toolchain, { local: true }));
    say(
      `created stack ${context.stack} (${displayPath(context)}); its state and keys are in ${context.home}`,
    );
  }
  await requireStack(context, toolchain);
  if (config.builds.length === 0) return;
  for (const endpoint of config.endpoints) {
    await ensureImages(config.builds, { endpoint, stackDirectory: context.stackDir, progress });
  }
}
