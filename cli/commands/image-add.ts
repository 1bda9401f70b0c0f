import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Command } from "commander";
import type { ImagePart } from "../../config/images";
import { loadArchive } from "../../operations/archive/load";
import { type ArchivedImage, repositoryOf } from "../../operations/archive/archived-image";
import { readManifest } from "../../operations/archive/manifest";
import type { SignerKey } from "../../operations/archive/public-key";
import { writeRecord } from "../../operations/archive/record";
import { Spool } from "../../operations/archive/spool";
import { type Verification, verifyArchive } from "../../operations/archive/verify";
import { ensureDocker } from "../../toolchain/docker";
import { type Context, displayPath, stackOption } from "../context";
import { appliedImages } from "../doctor/applied";
import { usageError } from "../exit";
import { createProgress, type Progress } from "../progress";
import { markAdded } from "../prune/host";
import { loadConfig, type StackConfig } from "../stack-config";
import { setImage } from "./image-config";
import {
  asRefusal,
  checkConfig,
  chosenParts,
  readKeyFile,
  readSmallFile,
  refuseOtherSigner,
  writeConfig,
} from "./image-file";

interface Options {
  signature: string;
  publicKey: string;
  service?: string[];
  image?: string;
  release?: string;
}

export function createAdd(context: () => Context): Command {
  return new Command("add")
    .description("verify a signed archive, load it, and write its image into the configuration")
    .argument("<archive>", "what `docker save` wrote: .tar or .tar.gz")
    .requiredOption("--signature <file>", "detached signature of the archive")
    .requiredOption("--public-key <file>", "the signer's public key")
    .option("--service <name...>", "whose image it is: services, edge, database (default: the only service)")
    .option("--image <name>", "which image, if the archive holds several: its repository:tag or id")
    .option("--release <version>", "its version, for people (default: its tag or its label)")
    .addHelpText(
      "after",
      `
Copies the archive to a private place, verifies the signature over that copy, loads that copy on the service's
host, compares the image that Docker then has with the archive's manifest, and writes its id into the
configuration: that diff is what is reviewed and applied. On any error nothing is loaded. Exit code 3 when the
signature is not this key's over this archive.

Signatures: openssl dgst -sha256 (ECDSA P-256 or P-384, RSA), cosign with a key (.sig, bundle), minisign, OpenPGP
(with gpgv). The format is told by the files.

Example:
  $ ./strongroom image add lockself-api-2.1.0.tar.gz --signature lockself-api-2.1.0.tar.gz.sig \\
      --public-key vendor.pem --service server --stack prod`,
    )
    .action(async (archive: string, options: Options) => {
      try {
        await add(context(), archive, options);
      } catch (error) {
        throw asRefusal(error);
      }
    });
}

async function add(context: Context, archive: string, options: Options): Promise<void> {
  const config = loadConfig(context);
  const parts = chosenParts(config.settings, options.service);
  const signature = readSmallFile(options.signature, "signature");
  const key = readKeyFile(options.publicKey);
  const progress = createProgress({ verbose: context.verbose });
  const folder = join(context.stackDir, "spool");
  const spool = await progress.step("Copying the archive", () => Spool.copy(archive, folder));
  try {
    const verification = await progress.step("Verifying the signature", () =>
      verifyArchive(spool.chunks(), signature, key, { folder }),
    );
    const images = await progress.step("Reading the archive", () => readManifest(spool.chunks()));
    const chosen = choose(images, options.image);
    await refuseSigners(context, parts, chosen, key);
    const entry = {
      version: options.release ?? chosen.version,
      archive: basename(archive),
      signer: key.fingerprint,
    };
    const edit = (id: string) =>
      parts.reduce((text, { path }) => setImage(text, path, { ...entry, id }), readConfig(context));
    checkConfig(context, edit(chosen.id));
    const id = await loadOnHosts(config, parts, progress, async (endpoint) => {
      const chunks = spool.verifiedChunks(verification.sha256);
      const loaded = await loadArchive(endpoint, chunks, images, chosen);
      await markAdded(endpoint, context.stack, loaded);
      return loaded;
    });
    const repository = repositoryOf(chosen);
    for (const host of new Set(parts.map((part) => part.host))) {
      writeRecord(context.stackDir, {
        id,
        host,
        archive: basename(archive),
        signature: basename(options.signature),
        publicKey: basename(options.publicKey),
        ...verification,
        signer: key.fingerprint,
        ...(repository === undefined ? {} : { repository }),
        verifiedAt: new Date().toISOString(),
      });
    }
    writeConfig(context, edit(id));
    report(context, parts, id, key, verification);
  } finally {
    await spool.close();
  }
}

function readConfig({ configFile }: Context): string {
  return readFileSync(configFile, "utf8");
}

/** @throws CliError if it is not clear which one is meant */
function choose(images: ArchivedImage[], wanted: string | undefined): ArchivedImage {
  const fits = images.filter(
    ({ ids, tags }) => wanted === undefined || ids.includes(wanted) || tags.includes(wanted),
  );
  if (fits.length === 1) return fits[0]!;
  const names = images.map(({ id, tags }) => `  ${tags.join(" ") || id}`).join("\n");
  throw usageError(
    wanted === undefined
      ? `the archive holds ${images.length} images; choose one with --image:\n${names}`
      : `--image ${wanted}: the archive holds\n${names}`,
  );
}

async function refuseSigners(
  context: Context,
  parts: ImagePart[],
  { id }: ArchivedImage,
  { fingerprint: signer }: SignerKey,
): Promise<void> {
  const applied = await appliedImages(context.stack);
  for (const part of parts) refuseOtherSigner(part, { id, signer }, applied, stackOption(context.stack));
}

/** @returns the image's id, the same on all hosts @throws CliError if two hosts call it differently */
async function loadOnHosts(
  { settings }: StackConfig,
  parts: ImagePart[],
  progress: Progress,
  load: (endpoint: string) => Promise<string>,
): Promise<string> {
  const endpoints = [...new Set(parts.map(({ host }) => settings.hosts[host]!.docker))];
  const ids = new Set<string>();
  for (const endpoint of endpoints) {
    await ensureDocker(endpoint, progress);
    ids.add(await progress.step(`Loading the image on ${endpoint}`, () => load(endpoint)));
  }
  const [id, ...others] = ids;
  if (others.length > 0) {
    throw usageError(
      "the hosts give the image different ids (other image stores): add it for each service alone",
    );
  }
  return id!;
}

function report(
  context: Context,
  parts: ImagePart[],
  id: string,
  { fingerprint }: SignerKey,
  { format, sha256, comment }: Verification,
): void {
  const option = stackOption(context.stack);
  const lines = [
    `verified  ${format}`,
    `archive   sha256:${sha256}`,
    `signer    ${fingerprint}`,
    // Anything may stand in a comment, what a terminal obeys too.
    ...(comment === undefined ? [] : [`comment   ${JSON.stringify(comment)}`]),
    `image     ${id}`,
    "",
    `${displayPath(context)}: ${parts.map(({ path }) => path.join(".")).join(", ")} changed; review the diff, then:`,
    `  ./strongroom preview${option}`,
    `  ./strongroom up${option}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
