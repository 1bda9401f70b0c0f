import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import type { Toolchain } from "../toolchain";
import { type Context, passphraseFile, project, stateFolder } from "./context";
import { runEngine } from "./engine";
import { CliError } from "./exit";
import { addTopLevelKeys, setConfigSecret } from "./stack-file";
import { stackKeyFile } from "./stack-config";
import { stateFile } from "./state";

export interface InitOptions {
  /**
   * Whether the committed configuration serves many machines: the secrets manager is then kept in the stack's
   * state and its key in a file, and the configuration is left as it is.
   */
  local: boolean;
  /** URL of a key management service, e.g. awskms://…; without it a passphrase is made. */
  secretsProvider?: string;
}

/** Whether the backend has the stack. Reads a file for the file backend, asks the engine for others. */
export async function stackExists(context: Context, toolchain: Toolchain): Promise<boolean> {
  const file = stateFile(context);
  if (file !== undefined) return existsSync(file);
  const { exitCode, stdout, stderr } = await runEngine(context, toolchain, ["stack", "ls", "--json"], {
    output: "capture",
  });
  if (exitCode !== 0) throw new CliError(`pulumi stack ls: ${stderr.trim()}`);
  return (JSON.parse(stdout) as { name: string }[]).some(
    ({ name }) => name.split("/").at(-1) === context.stack,
  );
}

/**
 * Makes a stack that is not there: its folder, its passphrase, its key, its state. What an interrupted try has
 * made already is kept.
 */
export async function initStack(context: Context, toolchain: Toolchain, options: InitOptions): Promise<void> {
  for (const folder of [context.home, dirname(context.stackDir), context.stackDir]) makePrivateFolder(folder);
  const state = stateFolder(context);
  if (state !== undefined) makePrivateFolder(state);
  if (!options.secretsProvider) makeSecretFile(passphraseFile(context), "base64url");
  if (options.local) makeSecretFile(stackKeyFile(context), "hex");
  const keyName = `${project}:stackKey`;
  // What would be refused later is refused now, before there is a stack.
  if (!options.local) setConfigSecret(readFileSync(context.configFile, "utf8"), keyName, "");
  await inWorkspace(context, async ({ folder, configFile }) => {
    // In a folder of its own, since the engine writes the secrets manager into the configuration it finds.
    const run = engineIn(context, toolchain, folder);
    await run(initArguments(context, options.secretsProvider));
    if (options.local) return;
    try {
      await run(["config", "set", "--secret", keyName], randomBytes(32).toString("hex"));
      adoptSecrets(context.configFile, configFile, keyName);
    } catch (error) {
      await run(["stack", "rm", "--yes", context.stack]);
      throw error;
    }
  });
}

/**
 * Makes a stack without anything in it, by the keys that are in its folder already. One that is there stays.
 * @param secretsProvider as for `initStack`
 */
export async function createEmptyStack(
  context: Context,
  toolchain: Toolchain,
  secretsProvider?: string,
): Promise<void> {
  const state = stateFolder(context);
  if (state !== undefined) makePrivateFolder(state);
  if (await stackExists(context, toolchain)) return;
  await inWorkspace(context, async ({ folder }) => {
    await engineIn(context, toolchain, folder)(initArguments(context, secretsProvider));
  });
}

/** @param secretsProvider as for `initStack` */
function initArguments({ stack }: Context, secretsProvider: string | undefined): string[] {
  const provider = secretsProvider ? ["--secrets-provider", secretsProvider] : [];
  return ["stack", "init", stack, "--no-select", ...provider];
}

/** Puts the secrets manager and the stack's key, as the engine wrote them, into the operator's file. */
function adoptSecrets(operatorsFile: string, enginesFile: string, keyName: string): void {
  const { config, ...secretsManager } = parse(readFileSync(enginesFile, "utf8")) as Record<string, string> & {
    config: Record<string, { secure?: string }>;
  };
  const secure = config[keyName]?.secure;
  if (secure === undefined) throw new CliError("pulumi config set did not encrypt the stack's key");
  const text = setConfigSecret(readFileSync(operatorsFile, "utf8"), keyName, secure);
  writeFileSync(operatorsFile, addTopLevelKeys(text, secretsManager as Record<string, string>));
}

/** A folder with a project of the same name and nothing else, for what the engine would write into a checkout. */
async function inWorkspace<T>(
  context: Context,
  work: (workspace: { folder: string; configFile: string }) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-"));
  try {
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    return await work({ folder, configFile: join(folder, `Pulumi.${context.stack}.yaml`) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs engine commands in a workspace, by its own configuration file; throws when one fails. */
export function engineIn(context: Context, toolchain: Toolchain, folder: string) {
  return async (args: string[], input?: string): Promise<string> => {
    const result = await runEngine(context, toolchain, args, {
      output: "capture",
      cwd: folder,
      input,
      environment: { PULUMI_OPTION_CONFIG_FILE: undefined },
    });
    if (result.exitCode !== 0)
      throw new CliError(`pulumi ${args.slice(0, 2).join(" ")}: ${result.stderr.trim()}`);
    return result.stdout;
  };
}

/** What an operator reads back to show that the passphrase was kept: its last characters. */
export function passphraseEnding(passphrase: string): string {
  return passphrase.slice(-6);
}

function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** 256 random bits in a file that only its owner reads. */
function makeSecretFile(path: string, encoding: "hex" | "base64url"): void {
  if (existsSync(path)) return;
  writeFileSync(path, `${randomBytes(32).toString(encoding)}\n`, { mode: 0o600, flag: "wx" });
}
