import { Command } from "commander";
import type { CommandModule } from "../command";
import { openSession } from "../session";
import { settle } from "../settle/settle";
import { imagesOf } from "../stack-config";

export const create: CommandModule["create"] = (context) =>
  new Command("repair")
    .description("settle what an interrupted run left, without an update")
    .addHelpText(
      "after",
      `
Ends processes of a dead run, frees its locks, puts an unproven change of routes back, clears pending operations,
removes labelled containers, networks and volumes that the stack's state does not know (never one with data), and
starts what was stopped. \`up\` does it by itself; plain \`pulumi up\` after a kill needs it.

Example:
  $ ./strongroom repair && pulumi up`,
    )
    .action(async () => {
      const session = await openSession(context(), "stack");
      let done = 0;
      const { refresh } = await settle(session.context, session.toolchain, {
        endpoints: session.config.endpoints,
        images: imagesOf(session.config.settings),
        thorough: true,
        say: (text) => {
          done += 1;
          session.say(text);
        },
      });
      if (refresh)
        session.say("state has resources that the host no longer has: `./strongroom up` makes them again");
      else if (done === 0) session.say("nothing to repair");
    });
