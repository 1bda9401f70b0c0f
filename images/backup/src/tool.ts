import { type ChildProcess, spawn } from "node:child_process";
import { passOn } from "../../../operations/pass-on";

export interface ToolOptions {
  /** Text for its stdin, which is closed after it. */
  input?: string;
  /** Variables beside this program's own. */
  env?: Record<string, string>;
}

/** The end of what a tool says about its failure is enough; the rest repeats it. */
const ERROR_CHARACTERS = 4000;

/**
 * Runs a program to its end.
 * @returns its stdout
 * @throws Error with the program's name and the end of its stderr when it fails
 */
export async function runTool(command: string, args: string[], options: ToolOptions = {}): Promise<string> {
  const child = start(command, args, options);
  const ended = endOf(child, command);
  let out = "";
  child.stdout!.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  await ended;
  return out;
}

/**
 * Runs two programs, the output of the first into the input of the second.
 * @throws Error of whichever failed; of both if both did
 */
export async function pipeTools(
  from: { command: string; args: string[]; input?: string },
  to: { command: string; args: string[] },
): Promise<void> {
  const source = start(from.command, from.args, { input: from.input ?? "" });
  const sink = start(to.command, to.args, {}, "open");
  const ended = [endOf(source, from.command), endOf(sink, to.command)];
  sink.stdout!.resume();
  const passed = passOn(source.stdout!, sink.stdin!, () => Promise.all(ended));
  const results = await Promise.allSettled([...ended, passed]);
  // What broke the pipe shows in the programs' own ends, which come first.
  const reasons = new Set(
    results.flatMap((result) => (result.status === "rejected" ? [(result.reason as Error).message] : [])),
  );
  if (reasons.size > 0) throw new Error([...reasons].join("; "));
}

function start(command: string, args: string[], { input, env }: ToolOptions, stdin?: "open"): ChildProcess {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  // A program that ends before it has read everything says so by its exit code.
  child.stdin!.on("error", () => undefined);
  if (stdin !== "open") child.stdin!.end(input ?? "");
  return child;
}

function endOf(child: ChildProcess, command: string): Promise<void> {
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-ERROR_CHARACTERS);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`${command} ended with ${code ?? signal}: ${ownLines(said, command)}`)),
    );
  });
}

/** The errors that a tool names itself: Postgres' details and contexts quote what is stored, and this goes to a log. */
function ownLines(said: string, command: string): string {
  const lines = said.split("\n").filter((line) => line.startsWith(`${command}: error: `));
  return lines.slice(-3).join("; ") || "it gave no reason";
}
