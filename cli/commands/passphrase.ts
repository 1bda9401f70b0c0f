import { Command } from "commander";
import type { CommandModule } from "../command";
import { defaultStack, passphraseFile } from "../context";
import { refusal } from "../exit";
import { changePassphrase } from "../passphrase-change";
import { Run } from "../run-record";
import { openSession } from "../session";
import { refuseIfBusy } from "../settle/leftovers";

export const create: CommandModule["create"] = (context) => {
  const passphrase = new Command("passphrase").description("the passphrase that encrypts the stack's state");
  passphrase
    .command("change")
    .description("make a new passphrase and encrypt state and configuration with it")
    .option("--i-keep-the-passphrase", "confirm that you will keep a copy of the new one")
    .addHelpText(
      "after",
      `
The old passphrase still opens old copies of the state: if one was lost, rotate the secrets in it as well. A stack
with a key management service has no passphrase; rotate its key there.

Example:
  $ ./strongroom passphrase change --stack prod --i-keep-the-passphrase`,
    )
    .action(async ({ iKeepThePassphrase }: { iKeepThePassphrase?: boolean }) => {
      const session = await openSession(context(), "stack");
      const { context: given, toolchain, progress, say } = session;
      if (given.stack !== defaultStack && !iKeepThePassphrase) {
        throw refusal(
          "your copy of the passphrase will be of no use: give --i-keep-the-passphrase, then copy the new one",
        );
      }
      refuseIfBusy(given);
      const run = Run.begin(given, "passphrase change");
      try {
        await progress.step("Encrypting with a new passphrase", () => changePassphrase(given, toolchain));
      } finally {
        run.end();
      }
      say(
        `stack ${given.stack} has a new passphrase: ${passphraseFile(given)}\nKeep a copy of it in place of the old one.`,
      );
    });
  return passphrase;
};
