import { Command } from "commander";
import type { CommandModule } from "../command";
import { type Check, mayProceed, runChecks } from "../doctor/checks";
import { gatherFacts } from "../doctor/gather";
import { exitCode } from "../exit";
import { openSession } from "../session";

export const create: CommandModule["create"] = (context) =>
  new Command("doctor")
    .description("check machine, Docker, ports, clock, DNS and proxy against what the stack needs")
    .option("--json", "print the checks as JSON")
    .addHelpText(
      "after",
      `
Each check says pass, warn or fail, and what to do. \`up\` runs the same checks and stops at a fail. Changes
nothing. Exit code 3 when a check fails.

Examples:
  $ ./strongroom doctor
  $ ./strongroom doctor --stack prod --json | jq '.[] | select(.status != "pass")'`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { config, toolchain } = await openSession(context());
      const checks = runChecks(await gatherFacts(config.settings, toolchain.standIns), config.settings);
      process.stdout.write(
        json ? `${JSON.stringify(checks, undefined, 2)}\n` : checks.map(formatCheck).join(""),
      );
      if (!mayProceed(checks)) process.exitCode = exitCode.refused;
    });

/** A check as a line for people, with its remedy below. */
export function formatCheck({ name, status, detail, remedy }: Check): string {
  return `${status.padEnd(5)}${name}: ${detail}\n${remedy ? `     → ${remedy}\n` : ""}`;
}
