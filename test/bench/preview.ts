import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../e2e/support/command";
import { CHECKOUT, TestStack } from "../e2e/support/test-stack";
import { median, round2, seconds } from "../support/measure";

/** Runs of each side; they alternate, so that whatever else the machine does falls on both. */
const ROUNDS = 7;

/** The providers that the dev stack uses, and nothing made with them. */
const EMPTY_PROGRAM = `
import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as tls from "@pulumi/tls";
new docker.Provider("docker", { host: "unix:///var/run/docker.sock" });
new command.Provider("command");
new tls.Provider("tls");
`;

/**
 * What a preview without changes costs: `./strongroom preview` of the dev stack as a ratio to `pulumi preview`
 * of a program that only has the same providers, on the same engine, in one run; and a first `up` with warm
 * caches. Medians; seconds of wall clock.
 */
async function main(): Promise<void> {
  const stack = await TestStack.create();
  try {
    const firstUpSeconds = await seconds(() => stack.up());
    const empty = await emptyProgram(stack);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await seconds(empty));
      ours.push(await seconds(() => stack.mustRun(["preview", "--expect-no-changes"])));
      process.stderr.write(
        `round ${round + 1} of ${ROUNDS}: ${ours.at(-1)!.toFixed(2)} s, empty program ${theirs.at(-1)!.toFixed(2)} s\n`,
      );
    }
    const result = {
      noopPreviewRatio: round2(median(ours) / median(theirs)),
      noopPreviewSeconds: round2(median(ours)),
      firstUpSeconds: round2(firstUpSeconds),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await stack.destroy();
  }
}

/**
 * Makes the empty program, in a repository of its own, since the engine asks git about every program, and applies
 * it once. @returns what previews it without changes
 */
async function emptyProgram(stack: TestStack): Promise<() => Promise<unknown>> {
  const folder = join(stack.folder, "empty");
  mkdirSync(join(folder, "state"), { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), "name: empty\nruntime: nodejs\nmain: index.ts\n");
  writeFileSync(join(folder, "package.json"), '{ "name": "empty", "main": "index.ts" }\n');
  copyFileSync(join(CHECKOUT, "tsconfig.json"), join(folder, "tsconfig.json"));
  writeFileSync(join(folder, "index.ts"), EMPTY_PROGRAM);
  symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, ".gitignore"), "node_modules\nstate\n");
  const git = (...args: string[]) =>
    mustRun("git", ["-c", "user.name=bench", "-c", "user.email=bench@localhost", ...args], { cwd: folder });
  await git("init", "--quiet");
  await git("add", ".");
  await git("commit", "--quiet", "--message", "An empty program");
  const environment = await stack.mustRun(["env"]);
  const pulumi = (args: string) =>
    mustRun(
      "bash",
      [
        "-c",
        `${environment}\nunset PULUMI_OPTION_CONFIG_FILE PULUMI_STACK\nexport PULUMI_BACKEND_URL=file://${folder}/state\nexec pulumi ${args} --non-interactive`,
      ],
      { cwd: folder },
    );
  await pulumi("stack init empty");
  await pulumi("up --yes --stack empty");
  return () => pulumi("preview --stack empty --expect-no-changes");
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
