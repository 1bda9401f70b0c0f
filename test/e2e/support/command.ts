import { spawn } from "node:child_process";

/** How a command ended. */
export interface CommandResult {
  /** -1 when a signal ended it. */
  exitCode: number;
  /** stdout and stderr as they came. */
  output: string;
  stdout: string;
}

/** A command that runs, in a process group of its own; await it for its end. */
export interface RunningCommand extends PromiseLike<CommandResult> {
  pid: number | undefined;
}

/** Starts a command with `input`, or nothing, on its stdin. Node's own spawn: benchmarks load this file without execa. */
export function startCommand(
  command: string,
  args: string[],
  options: { env?: Record<string, string>; cwd?: string; input?: string } = {},
): RunningCommand {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    detached: true,
  });
  // One that ends before it has read everything says so by its exit code.
  child.stdin?.on("error", () => undefined).end(options.input);
  const text = { output: "", stdout: "" };
  child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
    text.output += chunk;
    text.stdout += chunk;
  });
  child.stderr!.setEncoding("utf8").on("data", (chunk: string) => (text.output += chunk));
  const ended = new Promise<CommandResult>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ exitCode: code ?? -1, ...text }));
  });
  return { pid: child.pid, then: (onEnd, onError) => ended.then(onEnd, onError) };
}

/** Runs a command that must succeed. @returns its stdout without its last newline @throws Error with all of its output when it fails */
export async function mustRun(
  command: string,
  args: string[],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<string> {
  const { exitCode, output, stdout } = await startCommand(command, args, options);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${output}`);
  return stdout.replace(/\n$/, "");
}
