import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { repositoryRoot } from "../../toolchain/paths";
import type { CommandModule } from "../command";
import { CliError, usageError } from "../exit";

const folder = join(repositoryRoot, "test", "bench");

export const create: CommandModule["create"] = () =>
  new Command("bench")
    .description("run one benchmark; its last line is the result as JSON")
    .argument("<name>", "file of test/bench")
    .addHelpText(
      "after",
      `
Example:
  $ ./strongroom bench preview | tail -n 1 | jq .noopPreviewRatio`,
    )
    .action(async (name: string) => {
      const file = join(folder, `${name}.ts`);
      if (!existsSync(file)) {
        const names = readdirSync(folder)
          .filter((each) => each.endsWith(".ts"))
          .map((each) => each.slice(0, -3));
        throw usageError(`no benchmark ${name}; there are ${names.join(", ")}`);
      }
      const { execa } = await import("execa");
      const { exitCode, stdout } = await execa(process.execPath, ["--require", "tsx/cjs", file], {
        cwd: repositoryRoot,
        stdin: "ignore",
        stdout: ["pipe", "inherit"],
        stderr: "inherit",
        reject: false,
      });
      if (exitCode !== 0) throw new CliError(`benchmark ${name} failed`);
      if (!isJson(stdout.trimEnd().split("\n").at(-1) ?? "")) {
        throw new CliError(`benchmark ${name} did not end with a line of JSON`);
      }
    });

function isJson(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
