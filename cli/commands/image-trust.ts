import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { ImagePart } from "../../config/images";
import { type Context, displayPath } from "../context";
import { usageError } from "../exit";
import { loadConfig } from "../stack-config";
import { setImage } from "./image-config";
import { chosenParts, readKeyFile, writeConfig } from "./image-file";

interface Options {
  publicKey: string;
  service?: string[];
}

export function createTrust(context: () => Context): Command {
  return new Command("trust")
    .description("name another key that the archives of a service must be signed with")
    .requiredOption("--public-key <file>", "the signer's new public key")
    .option("--service <name...>", "whose archives: services, edge, database (default: the only service)")
    .addHelpText(
      "after",
      `
Changes the signer in the configuration and nothing else: the image in service stays. A key and an archive do not
change in one diff, so review and apply this alone; then \`image add\` takes archives by the new key. Compare the
fingerprint with what the vendor says elsewhere than beside the archive.

Example:
  $ ./strongroom image trust --public-key vendor-2027.pem --service server`,
    )
    .action(({ publicKey, service }: Options) => {
      const given = context();
      const key = readKeyFile(publicKey);
      const parts = chosenParts(loadConfig(given).settings, service);
      const text = parts.reduce(
        (edited, part) => setImage(edited, part.path, { ...present(part), signer: key.fingerprint }),
        readFileSync(given.configFile, "utf8"),
      );
      writeConfig(given, text);
      process.stdout.write(
        `signer    ${key.fingerprint} (${key.title})\n${displayPath(given)}: ${parts.map(({ path }) => path.join(".")).join(", ")} changed; review and apply this alone\n`,
      );
    });
}

/** @throws CliError if the image comes from no archive */
function present({ name, image }: ImagePart) {
  const { archive } = image.archived ?? {};
  if (archive === undefined) {
    throw usageError(
      `${name}: its image comes from no archive; \`image add\` names the key with the first one`,
    );
  }
  return {
    id: image.reference,
    archive,
    ...(image.version ? { version: image.version } : {}),
    ...(image.requires ? { requires: `>=${image.requires}` } : {}),
  };
}
