import { text } from "node:stream/consumers";
import { OperationError } from "./errors";
import { isPhase, verbs } from "./verbs";

/**
 * Entry point of every action: `start.cjs VERB PHASE` with the input as JSON on stdin. Exit code 0 when the
 * operation is done, 1 when it failed (the reason on stderr), 2 when it was called wrongly.
 */
async function main(): Promise<number> {
  const [name = "", phase = ""] = process.argv.slice(2);
  const verb = Object.hasOwn(verbs, name) ? verbs[name as keyof typeof verbs] : undefined;
  if (!verb || !isPhase(phase)) {
    process.stderr.write(`operations: no verb '${name}' with phase '${phase}'\n`);
    return 2;
  }
  const parsed = verb.input.safeParse(JSON.parse(await text(process.stdin)));
  if (!parsed.success) {
    // Paths only: a value may be a secret.
    const paths = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.code}`);
    process.stderr.write(`operations ${name}: input of another version: ${paths.join("; ")}\n`);
    return 2;
  }
  await verb.run(phase, parsed.data as never);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const message =
      error instanceof OperationError ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`${message}\n`);
    process.exit(1);
  },
);
