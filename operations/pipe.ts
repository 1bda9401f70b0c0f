import { spawn } from "node:child_process";
import { pipeline } from "node:stream/promises";
import { OperationError } from "./errors";

/**
 * Output of one docker command into the input of another; nothing of it is kept on this machine.
 * @returns the second one's output
 * @throws OperationError with what the commands said when one of them fails
 */
export async function pipeDocker(endpoint: string, from: string[], to: string[]): Promise<string> {
  const options = {
    detached: true,
    env: { ...process.env, DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  };
  const start = (args: string[]) =>
    spawn("docker", ["--host", endpoint, ...args], { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const [source, sink] = [start(from), start(to)];
  source.stdin.end();
  const texts = { out: "", sourceError: "", sinkError: "" };
  sink.stdout.on("data", (chunk: Buffer) => (texts.out += chunk.toString()));
  source.stderr.on("data", (chunk: Buffer) => (texts.sourceError += chunk.toString()));
  sink.stderr.on("data", (chunk: Buffer) => (texts.sinkError += chunk.toString()));
  const ended = (child: typeof source) =>
    new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
  const [piped, fromCode, toCode] = await Promise.all([
    // What broke the pipe shows in the exit codes.
    pipeline(source.stdout, sink.stdin).catch((error: Error) => error.message),
    ended(source),
    ended(sink),
  ]);
  if (fromCode !== 0 || toCode !== 0 || piped !== undefined) {
    const reason = [texts.sourceError, texts.sinkError].map((text) => text.trim()).filter(Boolean);
    throw new OperationError(
      `the database cannot be dumped: ${reason.join("; ") || piped || "unknown cause"}`,
    );
  }
  return texts.out;
}
