import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { readStackFile } from "../../config/file";
import { ensureToolchain } from "../../toolchain";
import type { CommandModule } from "../command";
import { secretsManagerPlace } from "../config-file";
import { type Context, createContext, defaultStack, displayPath, passphraseFile } from "../context";
import { refusal, usageError } from "../exit";
import { createProgress } from "../progress";
import { ask, isInteractive } from "../prompt";
import { readSecretFile } from "../stack-config";
import { initStack, passphraseEnding, stackExists } from "../stack-init";

interface Options {
  secretsProvider?: string;
  template: string;
  iKeepThePassphrase?: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("init")
    .description("create a stack: its passphrase, its key, its state, its configuration file")
    .argument("[name]", "name of the stack (default: --stack)")
    .option(
      "--secrets-provider <url>",
      "key management service in place of a passphrase, e.g. awskms://alias/vault",
    )
    .option("--template <stack>", "stack whose configuration a missing file is copied from", "prod")
    .option(
      "--i-keep-the-passphrase",
      "confirm, where no terminal is, that you keep a copy of the passphrase",
    )
    .addHelpText(
      "after",
      `
Makes 256 random bits as passphrase, in a file that only you can read, outside the checkout. Without it the
stack's state and its backups' settings cannot be read by anybody: keep a copy elsewhere, offline. Refuses a stack
that exists. A configuration with \`localBuilds: true\` stays as it is, the others get the stack's key as an
encrypted value. State is in $STRONGROOM_HOME, or where PULUMI_BACKEND_URL says.

Examples:
  $ ./strongroom init prod
  $ ./strongroom init prod --secrets-provider "awskms://alias/vault?region=eu-west-3"
  $ ./strongroom init staging --i-keep-the-passphrase < /dev/null`,
    )
    .action(async (name: string | undefined, options: Options) => {
      await init(named(context(), name), options);
    });

function named(context: Context, name: string | undefined): Context {
  if (name === undefined || name === context.stack) return context;
  if (context.stack !== defaultStack)
    throw usageError(`init ${name} and --stack ${context.stack} name two stacks`);
  const custom = context.configFile !== join(context.checkout, `Pulumi.${context.stack}.yaml`);
  return createContext({
    stack: name,
    verbose: context.verbose,
    ...(custom ? { configFile: context.configFile } : {}),
  });
}

async function init(
  context: Context,
  { secretsProvider, template, iKeepThePassphrase }: Options,
): Promise<void> {
  // Somebody must keep the passphrase; the embedded default has nothing that is worth it.
  const asks = context.stack !== defaultStack && !secretsProvider;
  if (asks && !iKeepThePassphrase && !isInteractive()) {
    throw refusal(
      "no terminal to confirm on that you keep a copy of the passphrase: give --i-keep-the-passphrase",
    );
  }
  const missing = !existsSync(context.configFile);
  const source = join(context.checkout, `Pulumi.${template}.yaml`);
  const { raw } = readStackFile(missing ? source : context.configFile);
  const local = raw.localBuilds === true;
  if (local && secretsProvider) {
    throw usageError(
      "localBuilds: true is for one machine: such a stack has a passphrase, not --secrets-provider",
    );
  }
  const text = withoutReferenceKeys(readFileSync(missing ? source : context.configFile, "utf8"));
  const toolchain = await ensureToolchain({ progress: createProgress({ verbose: context.verbose }) });
  if (await stackExists(context, toolchain)) {
    throw refusal(`stack ${context.stack} exists in ${context.backendUrl}; nothing was changed`);
  }
  if (secretsManagerPlace(text) === "file") {
    throw usageError(
      `${displayPath(context)} names a secrets manager (secretsprovider, encryptionsalt) of a stack that is not in ` +
        `${context.backendUrl}: find its state, or remove those lines for a new stack`,
    );
  }
  if (!local || missing) writeFileSync(context.configFile, text);
  await initStack(context, toolchain, { local, secretsProvider });
  const lines = [
    `created stack ${context.stack}`,
    `  configuration  ${displayPath(context)}${missing ? ` (copied from Pulumi.${template}.yaml: edit it)` : ""}`,
    `  state          ${context.backendUrl}`,
    ...(secretsProvider
      ? [`  secrets        ${secretsProvider}`]
      : [`  passphrase     ${passphraseFile(context)}`]),
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
  if (asks && !iKeepThePassphrase) await provePassphraseKept(context);
}

/** The reference's own secrets manager is nobody's: its lines are marked, and written anew for the stack. */
function withoutReferenceKeys(text: string): string {
  return text.replace(/^.*# INIT\n/gm, "");
}

/** Has the operator read the end of the passphrase from the kept copy; it is never shown here. */
async function provePassphraseKept(context: Context): Promise<void> {
  const passphrase = readSecretFile(passphraseFile(context)) ?? "";
  process.stderr.write(
    `\nWithout the passphrase nobody can read this stack's secrets, not even from a backup of its state.\n` +
      `Copy ${passphraseFile(context)} to a place that outlives this machine, then\n`,
  );
  for (;;) {
    const typed = await ask("type the last 6 characters of your copy: ");
    if (typed === passphraseEnding(passphrase)) return;
    process.stderr.write("That is not how it ends: look at the copy again.\n");
  }
}
