import { Command } from "commander";
import { ensureToolchain } from "../../toolchain";
import type { CommandModule } from "../command";
import { engineEnvironment } from "../engine";
import { createProgress } from "../progress";
import { exportLines } from "../quote";

export const create: CommandModule["create"] = (context) =>
  new Command("env")
    .description("print what a shell needs so that plain pulumi works on the stack")
    .addHelpText(
      "after",
      `
Prints lines for a POSIX shell and nothing secret: the passphrase is given by its file's path. The stack of
these variables is fixed; run it again for another one. A stack whose configuration names no secrets manager
(dev) cannot be changed by \`pulumi config set\`: edit its file.

Examples:
  $ eval "$(./strongroom env)"
  $ pulumi preview --expect-no-changes
  $ pulumi stack output urls`,
    )
    .action(async () => {
      const toolchain = await ensureToolchain({ progress: createProgress() });
      process.stdout.write(exportLines(engineEnvironment(context(), toolchain)));
    });
