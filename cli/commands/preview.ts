import { existsSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Command, Option } from "commander";
import { ensureToolchain, type Toolchain } from "../../toolchain";
import type { CommandModule } from "../command";
import { type Context, configFileInCheckout } from "../context";
import { usageError } from "../exit";
import { exitCodeOf, type JudgedPreview, judgedPreview } from "../gate/judged-preview";
import { lazy } from "../lazy";
import { createProgress } from "../progress";
import { type DocumentFormat, documentFormats } from "../report/formats";
import { describeLeftovers, findLeftovers } from "../settle/leftovers";
import type { StackConfig } from "../stack-config";
import { stateFile } from "../state";

interface Options {
  expectNoChanges?: boolean;
  refresh?: boolean;
  diff?: boolean;
  json?: boolean;
  digest?: boolean;
  withoutState?: boolean;
  format: "text" | DocumentFormat;
}

export const create: CommandModule["create"] = (context) =>
  new Command("preview")
    .description("show what `up` would change and judge it by policies and gate; changes nothing")
    .option("--expect-no-changes", "fail if there is any change")
    .option("--refresh", "compare with what the Docker hosts really have")
    .option("--diff", "show every property of what would change")
    .option("--json", "print the engine's steps as JSON")
    .option("--digest", "print a digest of the plan, to which `up --expect` is held")
    .option(
      "--without-state",
      "compare with nothing: without state, secrets and Docker host, for whoever may not see them",
    )
    .addOption(
      new Option("--format <format>", "print one document, for a pull request or for programs")
        .choices(["text", ...documentFormats])
        .default("text"),
    )
    .addHelpText(
      "after",
      `
First what happens to each service, who would notice, what policies and gate refuse and why (exit code 3), and the way
back; then the engine's own diff.

Local images that the configuration names must be built (\`./strongroom image build\`, or \`up\`).

Examples:
  $ ./strongroom preview
  $ ./strongroom preview --diff
  $ ./strongroom preview --stack prod --expect-no-changes --refresh
  $ ./strongroom preview --stack prod --digest
  $ ./strongroom preview --stack prod --without-state --format markdown
  $ ./strongroom preview --format html > preview.html`,
    )
    .action(async (options: Options) => {
      if (options.json && options.format !== "text")
        throw usageError(
          `--json prints the engine's steps, --format ${options.format} a document: give one of them`,
        );
      const contrary = (["digest", "refresh", "expectNoChanges"] as const).filter((name) => options[name]);
      if (options.withoutState && contrary.length > 0)
        throw usageError(
          "--without-state compares with nothing, so there is no digest and nothing to refresh",
        );
      process.exitCode = await (options.withoutState ? withoutState : preview)(context(), options);
    });

/**
 * Lets the engine start while the configuration is being checked, which takes a fifth of a second: a preview
 * changes nothing, and nothing of it is shown if the configuration is wrong.
 */
async function preview(context: Context, options: Options): Promise<number> {
  const file = stateFile(context);
  if (file === undefined || !existsSync(file)) return previewSlowly(context, options);
  let config: StackConfig | undefined;
  const check = () => (config ??= lazy.stackConfig().loadConfig(context, new Date()));
  const progress = createProgress({ verbose: context.verbose });
  // A toolchain that has to be made takes minutes: then the configuration comes first.
  const toolchain = await ensureToolchain({
    progress: { step: (title, run) => (check(), progress.step(title, run)) },
  });
  // After the engine's start; a wrong configuration rejects, which ends the engine before any of it is shown.
  const checked = nextTurn().then(() => {
    const configured = check();
    // Loaded while the engine is at work.
    lazy.gate();
    return configured;
  });
  return show(context, toolchain, options, checked);
}

/** Of what everybody may see alone. */
async function withoutState(context: Context, { json, diff, format }: Options): Promise<number> {
  const toolchain = await ensureToolchain({ progress: createProgress({ verbose: context.verbose }) });
  const flags = [...(json ? ["--json"] : ["--suppress-progress"]), ...(diff ? ["--diff"] : [])];
  const preview = await lazy.withoutState().previewWithoutState(context, toolchain, flags);
  print(context, { json, format }, preview);
  return exitCodeOf(preview);
}

/** For a stack that is not there, or of which only an engine run can tell whether it is. */
async function previewSlowly(context: Context, options: Options): Promise<number> {
  const session = await lazy.session().openSession(context, "stack", new Date());
  return show(context, session.toolchain, options, session.config);
}

async function show(
  context: Context,
  toolchain: Toolchain,
  { json, format, diff, digest, expectNoChanges, refresh }: Options,
  configured: StackConfig | Promise<StackConfig>,
): Promise<number> {
  for (const leftover of describeLeftovers(findLeftovers(context))) {
    process.stderr.write(`${leftover}; \`up\` deals with that first\n`);
  }
  const flags = [
    ...(json ? ["--json"] : ["--suppress-progress"]),
    ...(diff ? ["--diff"] : []),
    ...(expectNoChanges ? ["--expect-no-changes"] : []),
    ...(refresh ? ["--refresh"] : []),
  ];
  const endPlan = digest ? await lazy.plan().beginPlan(context, toolchain, await configured) : undefined;
  const preview = await judgedPreview(context, toolchain, flags, configured, {
    askPackAgain: refresh === true,
    hosts: "if they answer",
    // What is checked here meanwhile must not keep the engine from a processor.
    started: () => setPriority(constants.priority.PRIORITY_BELOW_NORMAL),
  });
  if (endPlan && mayBeMade(preview))
    preview.report.digest = lazy.plan().planDigest(await endPlan(preview.steps));
  print(context, { json, format }, preview);
  return exitCodeOf(preview);
}

function print(context: Context, { json, format }: Pick<Options, "json" | "format">, preview: JudgedPreview) {
  if (format === "text") {
    // The JSON is the engine's and for programs; people's page goes beside it.
    process[json ? "stderr" : "stdout"].write(preview.headline);
    process.stdout.write(preview.engine.stdout);
    if (preview.report.digest !== undefined)
      process[json ? "stderr" : "stdout"].write(`Digest: ${preview.report.digest}\n`);
  } else {
    process.stdout.write(
      lazy.format(format).render({ ...preview, configFile: configFileInCheckout(context) }),
    );
  }
  process.stderr.write(preview.engine.stderr);
}

/** Only what may be applied can be approved. */
function mayBeMade({ report, engine }: JudgedPreview): boolean {
  return report.succeeded && !report.refused && !engine.interrupted;
}
