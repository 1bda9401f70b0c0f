import { Command } from "commander";
import type { CommandModule } from "../command";
import { runEngine } from "../engine";
import { exitCode } from "../exit";
import { openSession, requireStack } from "../session";
import { describeLeftovers, findLeftovers } from "../settle/leftovers";

interface Options {
  expectNoChanges?: boolean;
  refresh?: boolean;
  json?: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("preview")
    .description("show what `up` would change; changes nothing")
    .option("--expect-no-changes", "fail if there is any change")
    .option("--refresh", "compare with what the Docker hosts really have")
    .option("--json", "print the engine's steps as JSON")
    .addHelpText(
      "after",
      `
Local images that the configuration names must be built (\`./strongroom image build\`, or \`up\`).

Examples:
  $ ./strongroom preview
  $ ./strongroom preview --stack prod --expect-no-changes --refresh`,
    )
    .action(async (options: Options) => {
      const session = await openSession(context());
      await requireStack(session);
      for (const leftover of describeLeftovers(findLeftovers(session.context))) {
        session.say(`${leftover}: \`up\` settles it first`);
      }
      const args = [
        "preview",
        options.json ? "--json" : "--diff",
        ...(options.expectNoChanges ? ["--expect-no-changes"] : []),
        ...(options.refresh ? ["--refresh"] : []),
      ];
      const { redactor } = session.config;
      const result = await runEngine(session.context, session.toolchain, args, { redactor });
      if (result.interrupted) process.exitCode = exitCode.interrupted;
      else if (result.exitCode !== 0) process.exitCode = exitCode.failed;
    });
