import { createInterface } from "node:readline/promises";
import { CliError, exitCode } from "./exit";

/** Whether there is a person to ask. */
export function isInteractive(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY);
}

/**
 * Asks on the terminal; the question goes to stderr, so that stdout stays for results.
 * @throws CliError with exit code 130 on Ctrl-C or end of input
 */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  terminal.on("SIGINT", () => interrupted.abort());
  terminal.on("close", () => interrupted.abort());
  try {
    return (await terminal.question(question, { signal: interrupted.signal })).trim();
  } catch {
    throw new CliError("\ninterrupted", exitCode.interrupted);
  } finally {
    terminal.close();
  }
}

/** Asks for yes or no; anything but `yes` is no. */
export async function confirm(question: string): Promise<boolean> {
  return (await ask(`${question} [yes/no] `)).toLowerCase() === "yes";
}
