import { spawnDocker } from "./docker";
import { OperationError } from "./errors";
import { passOn } from "./pass-on";

/**
 * Output of one docker command into the input of another; nothing of it is kept on this machine.
 * @returns the second one's output
 * @throws OperationError that says which of the commands failed and what it said of it, but no row
 */
export async function pipeDocker(endpoint: string, from: string[], to: string[]): Promise<string> {
  const [source, sink] = [spawnDocker(endpoint, from), spawnDocker(endpoint, to)];
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
  const ends = Promise.all([ended(source), ended(sink)]);
  // What broke the pipe shows in the exit codes.
  const passed = passOn(source.stdout, sink.stdin, () => ends).catch((error: Error) => error.message);
  const [piped, [fromCode, toCode]] = await Promise.all([passed, ends]);
  if (fromCode !== 0 || toCode !== 0 || piped !== undefined) {
    const sides = [
      { what: "the database cannot be dumped", code: fromCode, text: withoutRows(texts.sourceError) },
      { what: "the dump cannot be received", code: toCode, text: withoutRows(texts.sinkError) },
    ].filter(({ code }) => code !== 0);
    // The end of one side breaks the pipe of the other, which then mostly says nothing.
    const telling = sides.filter(({ text }) => text !== "");
    const reasons = (telling.length > 0 ? telling : sides).map(
      ({ what, code, text }) => `${what}: ${text || `exit code ${code}`}`,
    );
    throw new OperationError(reasons.join("; ") || `the database cannot be dumped: ${piped}`);
  }
  return texts.out;
}

/**
 * What a PostgreSQL program says, without DETAIL and CONTEXT: they quote rows, which may have several lines, up to where
 * the program or the server says something else.
 */
function withoutRows(text: string): string {
  let quotes = false;
  const kept = text.split("\n").filter((line) => {
    if (/^(DETAIL|CONTEXT):/.test(line)) quotes = true;
    else if (/^(pg_\w+: |HINT:|Command was:)/.test(line)) quotes = false;
    return !quotes;
  });
  return kept.join("\n").trim();
}
