import { processFate } from "../operations/process-identity";
import { ensureToolchain, type Toolchain } from "../toolchain";
import { ensureDocker } from "../toolchain/docker";
import { ensureImages } from "../toolchain/images";
import { type Context, defaultStack, displayPath } from "./context";
import { refusal } from "./exit";
import { finishPassphraseChange } from "./passphrase-change";
import { createProgress, type Progress } from "./progress";
import { readRunRecord } from "./run-record";
import { loadConfig, type StackConfig } from "./stack-config";
import { initStack, stackExists } from "./stack-init";

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
 * @throws ConfigError first, before anything is touched
 */
export async function openSession(context: Context): Promise<Session> {
  const config = loadConfig(context);
  const progress = createProgress({ verbose: context.verbose });
  const toolchain = await ensureToolchain({ progress });
  // Nothing to do but after a change that was killed; while one is at work it is not ours to end.
  const other = readRunRecord(context);
  if (!other || processFate(other) === "dead") await finishPassphraseChange(context, toolchain);
  const say = (text: string) => process.stderr.write(`${config.redactor.text(text)}\n`);
  return { context, config, toolchain, progress, say };
}

/** @throws CliError when there is no such stack, naming the command that makes it */
export async function requireStack({ context, toolchain }: Session): Promise<void> {
  if (await stackExists(context, toolchain)) return;
  throw refusal(
    context.stack === defaultStack
      ? `stack ${context.stack} does not exist yet: ./strongroom up makes it`
      : `stack ${context.stack} does not exist in ${context.backendUrl}: ./strongroom init ${context.stack}`,
  );
}

/** Provides what `up` needs beside the engine: Docker, the stack itself if it is the default one, images. */
export async function prepareStack(session: Session): Promise<void> {
  const { context, config, toolchain, progress, say } = session;
  for (const endpoint of config.endpoints) await ensureDocker(endpoint, progress);
  if (context.stack === defaultStack && !(await stackExists(context, toolchain))) {
    await progress.step("Creating stack dev", () => initStack(context, toolchain, { local: true }));
    say(
      `created stack ${context.stack} (${displayPath(context)}); its state and keys are in ${context.home}`,
    );
  }
  await requireStack(session);
  if (config.builds.length > 0) {
    for (const endpoint of config.endpoints) {
      await ensureImages(config.builds, { endpoint, stackDirectory: context.stackDir, progress });
    }
  }
}
