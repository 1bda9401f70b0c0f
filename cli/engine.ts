import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import type { Toolchain } from "../toolchain";
import { cacheDirectory } from "../toolchain/paths";
import { engineConfigFile } from "./config-file";
import { type Context, passphraseFile } from "./context";
import { CliError } from "./exit";
import { createRedactor, type RedactingStream, type Redactor } from "./redact";

/**
 * Everything that the engine and the program it runs are told by environment, and nothing else needs to be:
 * `./strongroom env` prints it, every engine run has it. A variable without a value must not be set.
 */
export function engineEnvironment(
  context: Context,
  toolchain: Toolchain,
): Record<string, string | undefined> {
  const configFile = engineConfigFile(context);
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== toolchain.bin);
  return {
    PATH: [toolchain.bin, ...path].join(delimiter),
    PULUMI_HOME: toolchain.pulumiHome,
    PULUMI_BACKEND_URL: context.backendUrl,
    PULUMI_STACK: context.stack,
    // It would win over the file.
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: existsSync(passphraseFile(context)) ? passphraseFile(context) : undefined,
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    // The engine takes any of its flags from a variable of this form.
    PULUMI_OPTION_CONFIG_FILE: configFile === defaultConfigFile(context) ? undefined : configFile,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    STRONGROOM_STACK_DIR: context.stackDir,
    STRONGROOM_CACHE: cacheDirectory(),
  };
}

function defaultConfigFile({ checkout, stack }: Context): string {
  return `${checkout}/Pulumi.${stack}.yaml`;
}

export interface EngineOptions {
  /**
   * What must not be printed; private keys never are. While a promised one is outstanding nothing is printed,
   * and if it is rejected the engine is stopped: so a preview can start before its configuration is checked.
   */
  redactor?: Redactor | Promise<Redactor>;
  /** Token of this run: all of its processes carry it as STRONGROOM_RUN, so that they can be found again. */
  token?: string;
  /**
   * `print` (default): output goes to this process's stdout and stderr as it comes; `capture`: into the result, for
   * programs to read; `hold`: into the result, to be printed later.
   */
  output?: "print" | "capture" | "hold";
  /** Working folder; default the checkout. */
  cwd?: string;
  /** Text for the engine's stdin, which is closed otherwise. */
  input?: string;
  /** Environment beside `engineEnvironment`; undefined removes a variable. */
  environment?: Record<string, string | undefined>;
  /** Told the engine's process id, which is its process group's too, once it runs. */
  started?(pid: number): void;
}

export interface EngineResult {
  exitCode: number;
  /** With `capture`: as it came, since programs read it; never print it. With `hold`: without secrets. */
  stdout: string;
  /** With `capture` and `hold`: without secrets. */
  stderr: string;
  /** A signal came and the engine was told to stop in an orderly way. */
  interrupted: boolean;
  /** The engine did not end in an orderly way: it was killed, or told twice to stop. */
  aborted: boolean;
}

/**
 * Runs the Pulumi engine in a process group of its own, so that Ctrl-C reaches it once and from here: the
 * first SIGINT or SIGTERM lets it finish the steps that it is at, the second stops it at once.
 */
export async function runEngine(
  context: Context,
  toolchain: Toolchain,
  args: string[],
  options: EngineOptions = {},
): Promise<EngineResult> {
  const all = {
    ...callersEnvironment(),
    ...engineEnvironment(context, toolchain),
    STRONGROOM_RUN: options.token,
  };
  // Node's own spawn: loading execa takes as long as a twentieth of a preview.
  const child = spawn(
    join(toolchain.bin, "pulumi"),
    [...args, "--non-interactive", "--color", color(options)],
    {
      cwd: options.cwd ?? context.checkout,
      env: defined({ ...all, ...options.environment }),
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    },
  );
  const ended = new Promise<{ code: number | null }>((resolve, reject) => {
    child.once("error", (error) => reject(new CliError(`pulumi cannot be run: ${error.message}`)));
    child.once("close", (code) => resolve({ code }));
  });
  if (child.pid !== undefined) options.started?.(child.pid);
  // An engine that reads nothing may close it before all is written.
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  const signals = forwardSignals((signal) => child.kill(signal));
  const captured = { stdout: "", stderr: "" };
  try {
    const pumps = (["stdout", "stderr"] as const).map(async (name) => {
      for await (const text of redacted(child[name], name, options)) {
        if (options.output === "capture" || options.output === "hold") captured[name] += text;
        else process[name].write(text);
      }
    });
    const [{ code }] = await Promise.all([ended, ...pumps]);
    return {
      ...captured,
      exitCode: code ?? 1,
      interrupted: signals.count() > 0,
      aborted: signals.count() > 1 || code === null,
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    signals.stop();
  }
}

async function* redacted(
  chunks: AsyncIterable<Buffer>,
  name: "stdout" | "stderr",
  { redactor, output }: EngineOptions,
): AsyncGenerator<string> {
  const plain = output === "capture" && name === "stdout";
  const stream = plain ? unchanged() : ((await redactor) ?? createRedactor([])).stream();
  for await (const chunk of chunks) yield stream.push(chunk);
  yield stream.end();
}

/**
 * Without what would give the engine flags that strongroom does not: they could configure the policies away, or make
 * an update of a part only, or one that goes on after an error.
 */
function callersEnvironment(): NodeJS.ProcessEnv {
  const isFlag = (name: string) =>
    name.startsWith("PULUMI_OPTION_") || ["PULUMI_CONTINUE_ON_ERROR", "PULUMI_RUN_PROGRAM"].includes(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isFlag(name)));
}

function defined(environment: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(environment).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

function unchanged(): RedactingStream {
  const decoder = new StringDecoder("utf8");
  return {
    push: (chunk) => (typeof chunk === "string" ? chunk : decoder.write(chunk)),
    end: () => decoder.end(),
  };
}

function color({ output }: EngineOptions): "always" | "never" {
  return output !== "capture" && process.stdout.isTTY && !process.env.NO_COLOR ? "always" : "never";
}

function forwardSignals(send: (signal: NodeJS.Signals) => void): { count(): number; stop(): void } {
  let count = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    count += 1;
    process.stderr.write(
      count === 1
        ? `\n${signal}: the steps that have begun are finished, then the run stops. Once more stops at once.\n`
        : `\n${signal}: stopping at once; the next ./strongroom up settles what is left.\n`,
    );
    send("SIGINT");
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    count: () => count,
    stop: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
