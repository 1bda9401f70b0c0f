import { Command } from "commander";
import type { CommandModule } from "../command";
import type { Difference } from "../drift/container";
import { containerDifferences, resourceDifferences } from "../drift/gather";
import { driftJson, driftText } from "../drift/report";
import { routeDifferences } from "../drift/routes";
import { runEngine } from "../engine";
import { CliError, exitCode } from "../exit";
import { openSession, type Session } from "../session";
import { takeInventory } from "../settle/inventory";
import { loadState } from "../settle/state-edit";

interface Options {
  json?: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("drift")
    .description("compare what runs with what the last update left; changes nothing")
    .option("--json", "print the differences as JSON")
    .addHelpText(
      "after",
      `
Looks at the Docker hosts for what a refresh by the engine cannot see (variables, labels, published ports, limits,
mounts, the image that really runs, the routes that the edge has loaded), for what is there and in no state or the
other way round, and lets the engine refresh without writing. Values of variables are compared and never shown.

Exit code 0 without a difference, 4 with one. Of a change made by hand \`up\` knows only what the engine sees:
\`./strongroom repair\` puts routes and strays right, a container that was made anew by hand has to be removed.

Examples:
  $ ./strongroom drift
  $ ./strongroom drift --stack prod --json | jq '.differences[].subject'`,
    )
    .action(async ({ json }: Options) => {
      const session = await openSession(context(), "stack");
      const { found, refreshed } = await findDrift(session);
      const report = { stack: session.context.stack, differences: found };
      process.stdout.write((json ? driftJson : driftText)(report, session.config.redactor));
      process.stderr.write(refreshed);
      if (found.length > 0) process.exitCode = exitCode.drifted;
    });

/** @returns the differences, and what the engine says of those that it sees */
async function findDrift(session: Session): Promise<{ found: Difference[]; refreshed: string }> {
  const { context, config, toolchain, progress } = session;
  const state = await loadState(context, toolchain);
  const hosts = await progress.step("Looking at the Docker hosts", () =>
    Promise.all(
      config.endpoints.map(async (endpoint) => ({
        inventory: await takeInventory(endpoint, context.stack),
        containers: await containerDifferences(endpoint, state),
      })),
    ),
  );
  const { docker } = config.settings.hosts[config.settings.edge.host]!;
  const routes = await routeDifferences(docker, context.stack, state.resources);
  const refreshed = await progress.step("Letting the engine look", () => refresh(session));
  const found = [
    ...resourceDifferences(
      hosts.map(({ inventory }) => inventory),
      state,
    ),
    ...hosts.flatMap(({ containers }) => containers),
    ...routes,
    ...(refreshed === ""
      ? []
      : [{ subject: "state", what: "refresh", expected: "no changes", found: "changes, by the engine" }]),
  ];
  return { found, refreshed };
}

/** @returns the engine's report of changes, without secrets; "" without any @throws CliError when it fails */
async function refresh({ context, config, toolchain }: Session): Promise<string> {
  const flags = ["refresh", "--preview-only", "--expect-no-changes", "--suppress-progress"];
  const {
    exitCode: code,
    stdout,
    stderr,
  } = await runEngine(context, toolchain, flags, {
    redactor: config.redactor,
    output: "hold",
  });
  if (code === 0) return "";
  if (!/no changes were expected/i.test(stdout + stderr))
    throw new CliError(`the engine cannot refresh:\n${stdout}${stderr}`);
  return stdout;
}
