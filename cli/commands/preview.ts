import { existsSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Command } from "commander";
import { ensureToolchain, type Toolchain } from "../../toolchain";
import type { CommandModule } from "../command";
import type { Context } from "../context";
import { runEngine } from "../engine";
import { exitCode } from "../exit";
import { lazy } from "../lazy";
import { createProgress } from "../progress";
import type { Redactor } from "../redact";
import { describeLeftovers, findLeftovers } from "../settle/leftovers";
import type { StackConfig } from "../stack-config";
import { stateFile } from "../state";

interface Options {
  expectNoChanges?: boolean;
  refresh?: boolean;
  diff?: boolean;
  json?: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("preview")
    .description("show what `up` would change; changes nothing")
    .option("--expect-no-changes", "fail if there is any change")
    .option("--refresh", "compare with what the Docker hosts really have")
    .option("--diff", "show every property of what would change")
    .option("--json", "print the engine's steps as JSON")
    .addHelpText(
      "after",
      `
Local images that the configuration names must be built (\`./strongroom image build\`, or \`up\`).

Examples:
  $ ./strongroom preview
  $ ./strongroom preview --diff
  $ ./strongroom preview --stack prod --expect-no-changes --refresh`,
    )
    .action(async (options: Options) => {
      process.exitCode = await preview(context(), options);
    });

/**
 * Lets the engine start while the configuration is being checked, which takes a fifth of a second: a preview
 * changes nothing, and nothing of it is shown if the configuration is wrong.
 */
async function preview(context: Context, options: Options): Promise<number> {
  const file = stateFile(context);
  if (file === undefined || !existsSync(file)) return previewSlowly(context, options);
  let config: StackConfig | undefined;
  const check = () => (config ??= lazy.stackConfig().loadConfig(context));
  const progress = createProgress({ verbose: context.verbose });
  // A toolchain that has to be made takes minutes: then the configuration comes first.
  const toolchain = await ensureToolchain({
    progress: { step: (title, run) => (check(), progress.step(title, run)) },
  });
  // After the engine's start; a wrong configuration rejects, which ends the engine before any of it is shown.
  const checked = nextTurn().then(() => check().redactor);
  return show(context, toolchain, options, checked);
}

/** For a stack that is not there, or of which only an engine run can tell whether it is. */
async function previewSlowly(context: Context, options: Options): Promise<number> {
  const session = await lazy.session().openSession(context, "stack");
  return show(context, session.toolchain, options, session.config.redactor);
}

async function show(
  context: Context,
  toolchain: Toolchain,
  { json, diff, expectNoChanges, refresh }: Options,
  redactor: Redactor | Promise<Redactor>,
): Promise<number> {
  for (const leftover of describeLeftovers(findLeftovers(context))) {
    process.stderr.write(`${leftover}; \`up\` deals with that first\n`);
  }
  const args = [
    "preview",
    ...(json ? ["--json"] : ["--suppress-progress"]),
    ...(diff ? ["--diff"] : []),
    ...(expectNoChanges ? ["--expect-no-changes"] : []),
    ...(refresh ? ["--refresh"] : []),
  ];
  const result = await runEngine(context, toolchain, args, {
    redactor,
    // What is checked here meanwhile must not keep the engine from a processor.
    started: () => setPriority(constants.priority.PRIORITY_BELOW_NORMAL),
  });
  if (result.interrupted) return exitCode.interrupted;
  return result.exitCode === 0 ? exitCode.ok : exitCode.failed;
}
