import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/errors";
import { commandName, commandNames } from "./arguments";
import { createContext, type GlobalOptions } from "./context";
import { CliError, exitCode } from "./exit";
import { lazy } from "./lazy";

const help = `
Examples:
  $ ./strongroom up                            the demo vault on this machine's Docker
  $ ./strongroom preview --stack prod          what would change, and nothing else
  $ eval "$(./strongroom env)" && pulumi up    the same by Pulumi's own command

Files: settings in Pulumi.<stack>.yaml; state, passphrases and keys in $STRONGROOM_HOME (default
~/.local/share/strongroom); built tools in $STRONGROOM_CACHE (default ~/.cache/strongroom).

Exit codes:
  0    done; nothing failed
  1    failed; the message says what was done and what was not
  2    wrong arguments or configuration; nothing was touched
  3    refused: a lock, the preflight, the gate or a missing confirmation stands in the way; nothing was touched
  4    drifted: what runs is not what the last update left (only by the command drift)
  5    a certificate in use ends soon or is not the one that was applied (only by the command certs)
  130  interrupted; the next run settles what is left
`;

/** The whole command line; `only` restricts it to one command, whose file alone is then loaded. */
export function createProgram(only?: string): Command {
  const program = new Command("strongroom")
    .description("A self-hosted security product on Docker: every operation is a previewed config diff.")
    .option("-s, --stack <name>", "stack to work on (default: $PULUMI_STACK or dev)")
    .option("--config-file <path>", "the stack's configuration, if it is not Pulumi.<stack>.yaml")
    .option("--verbose", "show every step with its time, and where an error comes from")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(./strongroom --help lists commands and options)")
    .addHelpText("after", help)
    .exitOverride();
  const known = commandNames.some((each) => each === only);
  const context = () => createContext(program.opts<GlobalOptions>());
  for (const name of commandNames.filter((each) => !known || each === only)) {
    program.addCommand(lazy.command(name).create(context).copyInheritedSettings(program));
  }
  return program;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  try {
    const program = createProgram(commandName(args));
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? exitCode.ok);
  } catch (error) {
    return report(error, args.includes("--verbose"));
  }
}

function report(error: unknown, verbose: boolean): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const known = error instanceof CliError || error instanceof ConfigError || isExpected(error);
  const text = error instanceof Error ? (known && !verbose ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  if (error instanceof CliError) return error.code;
  return error instanceof ConfigError ? exitCode.usage : exitCode.failed;
}

/** Errors of toolchain/ and operations/ whose message says all that a user needs. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && ["ToolchainError", "OperationError"].includes(error.name);
}

/** Runs the command line of this process and sets its exit code. */
export async function run(): Promise<void> {
  // A reader that went away (`| head`) must not end a run that changes a stack.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  process.exitCode = await main();
}
