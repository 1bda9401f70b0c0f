import { join } from "node:path";
import { Command } from "commander";
import { dockerTry } from "../../operations/docker";
import { ensureDocker } from "../../toolchain/docker";
import { ensureImages, readImageLock } from "../../toolchain/images";
import { imageParts } from "../../config/images";
import { readRecords } from "../../operations/archive/record";
import type { CommandModule } from "../command";
import { loadConfig } from "../stack-config";
import { createProgress } from "../progress";
import { createAdd } from "./image-add";
import { createTrust } from "./image-trust";

export const create: CommandModule["create"] = (context) => {
  const image = new Command("image").description(
    "images that are built on this machine or come from signed archives",
  );
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
  image.addCommand(createAdd(context));
  image.addCommand(createTrust(context));
  image
    .command("list")
    .description("list the images that were built for the stack or come from archives, and where they are")
    .addHelpText(
      "after",
      `
A line for each image and host: name, id, host, whether it has the image; for images from archives also the
service that the configuration names it for, when it was verified, and the key's fingerprint.`,
    )
    .action(async () => {
      const given = context();
      const { endpoints, settings } = loadConfig(given);
      const lock = readImageLock(join(given.stackDir, "images.json"));
      const print = async (name: string, id: string, endpoint: string, ...more: string[]) => {
        const { exitCode } = await dockerTry(endpoint, ["image", "inspect", "--format", "{{.Id}}", id]);
        const line = [name, id, endpoint, exitCode === 0 ? "there" : "missing", ...more];
        process.stdout.write(`${line.join("\t")}\n`);
      };
      for (const [name, id] of Object.entries(lock)) {
        for (const endpoint of endpoints) await print(name, id, endpoint);
      }
      const parts = imageParts(settings);
      for (const { archive, id, host, verifiedAt, signer } of readRecords(given.stackDir)) {
        const endpoint = settings.hosts[host]?.docker;
        if (endpoint === undefined) continue;
        const used = parts.filter((part) => part.image.reference === id && part.host === host);
        const names = used.map(({ name }) => name).join(",") || "-";
        await print(archive, id, endpoint, names, verifiedAt, signer);
      }
    });
  return image;
};
