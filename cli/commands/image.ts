import { join } from "node:path";
import { Command } from "commander";
import { dockerTry } from "../../operations/docker";
import { ensureDocker } from "../../toolchain/docker";
import { ensureImages, readImageLock } from "../../toolchain/images";
import type { CommandModule } from "../command";
import { loadConfig } from "../stack-config";
import { createProgress } from "../progress";

export const create: CommandModule["create"] = (context) => {
  const image = new Command("image").description("images that are built on this machine");
  image
    .command("build")
    .description(
      "build images, or pull them by digest where a registry answers, and note their ids for the stack",
    )
    .argument("<name:tag...>", "folder of images/ and tag, e.g. demo:1.1.0")
    .addHelpText(
      "after",
      `
What the configuration names as { build: NAME, tag: TAG } is looked up in the stack's images.json, since ids of
local builds differ between machines. \`up\` builds what is missing by itself.

Example:
  $ ./strongroom image build demo:1.0.0 demo:1.1.0`,
    )
    .action(async (names: string[]) => {
      const given = context();
      const { endpoints } = loadConfig(given);
      const progress = createProgress({ verbose: given.verbose });
      for (const endpoint of endpoints) {
        await ensureDocker(endpoint, progress);
        const ids = await ensureImages(names, { endpoint, stackDirectory: given.stackDir, progress });
        for (const [name, id] of Object.entries(ids)) process.stdout.write(`${name}\t${id}\n`);
      }
    });
  image
    .command("list")
    .description("list the images that were built for the stack, and whether each host has them")
    .action(async () => {
      const given = context();
      const { endpoints } = loadConfig(given);
      const lock = readImageLock(join(given.stackDir, "images.json"));
      for (const [name, id] of Object.entries(lock)) {
        for (const endpoint of endpoints) {
          const { exitCode } = await dockerTry(endpoint, ["image", "inspect", "--format", "{{.Id}}", id]);
          process.stdout.write(`${name}\t${id}\t${endpoint}\t${exitCode === 0 ? "there" : "missing"}\n`);
        }
      }
    });
  return image;
};
