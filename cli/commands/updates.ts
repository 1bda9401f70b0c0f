import { readFileSync } from "node:fs";
import { Command } from "commander";
import { readStackFile } from "../../config/file";
import { type ImagePart, imageParts } from "../../config/images";
import { VERSION_LABEL, versionOf } from "../../operations/archive/archived-image";
import { readRecords } from "../../operations/archive/record";
import { dockerTry } from "../../operations/docker";
import { knownImages } from "../../toolchain/image-source";
import type { CommandModule } from "../command";
import { type Context, displayPath, stackOption } from "../context";
import { exitCode, usageError } from "../exit";
import { createProgress } from "../progress";
import { loadConfig, type StackConfig } from "../stack-config";
import { type PartUpdates, type Sources, updatesOf } from "../updates/find";
import { defaultRegistry, Repository } from "../updates/registry";
import { setImage } from "./image-config";
import { writeConfig } from "./image-file";

interface Options {
  service?: string[];
  release?: string;
  write?: boolean;
  json?: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("updates")
    .description("look for newer images than the configuration names; applies nothing")
    .option("--service <name...>", "look at these only: services, edge, database, backup")
    .option("--release <version>", "take this version, not the newest")
    .option("--write", "write what was found into the configuration, for review")
    .option("--json", "print what was found as JSON")
    .addHelpText(
      "after",
      `
Asks the registry of each image that is named by digest, without a login: for tags of the same form with a higher
version, and whether its own tag names an image now that was made later. For what is built on this machine the releases in images/
count; for what comes from an archive, the archives of the same signer and repository that were verified here. Of
database and backup only images of the same major version count.

What a release requires of the one before is its vendor's to say: versions are listed in their order, and what
\`requires\` says of the present image is not carried over to another.

Exit code 1 when something could not be asked.

Examples:
  $ ./strongroom updates --stack prod
  $ ./strongroom updates --stack prod --service server dashboard --release 2.4.1 --write`,
    )
    .action(async (options: Options) => {
      process.exitCode = await updates(context(), options);
    });

async function updates(context: Context, { service, release, write, json }: Options): Promise<number> {
  const config = loadConfig(context);
  const parts = chosen(imageParts(config.settings), service);
  const { raw } = readStackFile(context.configFile);
  const sources = sourcesOf(context, config);
  const found = await createProgress({ verbose: context.verbose }).step("Looking for newer images", () =>
    Promise.all(parts.map((part) => updatesOf(part, imageAt(raw, part.path), sources, release))),
  );
  if (release !== undefined && found.every(({ candidate }) => candidate === undefined))
    throw usageError(`--release ${release}: ${found.map(textOf).join("; ")}`);
  const written = write ? writeFound(context, found) : [];
  process.stdout.write(
    json
      ? `${JSON.stringify({ schema: 1, updates: found, written })}\n`
      : report(context, found, parts, written, write ?? false),
  );
  return found.some(({ error }) => error !== undefined) ? exitCode.failed : exitCode.ok;
}

function chosen(parts: ImagePart[], names: string[] | undefined): ImagePart[] {
  if (!names) return parts;
  const known = parts.map(({ name }) => name);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) throw usageError(`--service ${strange}: there are ${known.join(", ")}`);
  return parts.filter(({ name }) => names.includes(name));
}

function imageAt(raw: Record<string, unknown>, path: string[]): Record<string, unknown> {
  return path.reduce<Record<string, unknown>>((at, key) => (at[key] ?? {}) as Record<string, unknown>, raw);
}

function sourcesOf({ stackDir }: Context, { settings, endpoints }: StackConfig): Sources {
  let standard: Promise<string> | undefined;
  return {
    repository: async (host, name) =>
      new Repository(host ?? (await (standard ??= defaultRegistry(endpoints[0]!))), name),
    builds: (folder) =>
      knownImages()
        .map((name) => name.split(":"))
        .flatMap(([own, tag]) => (own === folder && tag !== undefined ? [tag] : [])),
    archives: ({ host }) =>
      Promise.all(
        readRecords(stackDir)
          .filter((record) => record.host === host)
          .map(async (record) => ({
            ...record,
            version: await versionOnHost(settings.hosts[host]!.docker, record.id),
          })),
      ),
  };
}

/** What an image says of itself, as `image add` reads it: its tag, else its label; undefined if it is not there. */
async function versionOnHost(endpoint: string, id: string): Promise<string | undefined> {
  const format = `{{join .RepoTags " "}}\n{{index .Config.Labels "${VERSION_LABEL}"}}`;
  const { exitCode: code, stdout } = await dockerTry(endpoint, ["image", "inspect", "--format", format, id]);
  if (code !== 0) return undefined;
  const [tags = "", label = ""] = stdout.split("\n");
  // The stack's own record of what ran is a tag too, and says a time.
  const own = tags.split(" ").filter((name) => name !== "" && !/^strongroom-[^/]+-releases\//.test(name));
  return versionOf(own, label) || undefined;
}

/** @returns the parts whose image the configuration now names otherwise @throws ConfigError, and leaves it as it is */
function writeFound(context: Context, found: PartUpdates[]): string[] {
  const changed = found.filter(({ candidate }) => candidate !== undefined);
  if (changed.length === 0) return [];
  writeConfig(
    context,
    changed.reduce(
      (text, { path, candidate }) => setImage(text, path, candidate!.entry),
      readFileSync(context.configFile, "utf8"),
    ),
  );
  return changed.map(({ part }) => part);
}

function report(
  context: Context,
  found: PartUpdates[],
  parts: ImagePart[],
  written: string[],
  write: boolean,
): string {
  const width = Math.max(0, ...found.map(({ part }) => part.length));
  const lines = found.map((each) => `${each.part.padEnd(width)}  ${textOf(each)}`);
  const required = parts.filter(({ name, image }) => written.includes(name) && image.requires);
  const option = stackOption(context.stack);
  const paths = found.filter(({ part }) => written.includes(part)).map(({ path }) => path.join("."));
  const after =
    written.length > 0
      ? [
          "",
          `${displayPath(context)}: ${paths.join(", ")} changed; nothing was applied. Review the diff, then:`,
          ...required.map(
            ({ name }) => `  ${name}: name in \`requires\` what its vendor says of the new release`,
          ),
          `  ./strongroom rehearse${option}`,
          `  ./strongroom preview${option}`,
        ]
      : !write && found.some(({ candidate }) => candidate)
        ? ["", `--write puts it into ${displayPath(context)}; nothing is applied`]
        : [];
  return [...lines, ...after].map((line) => `${line}\n`).join("");
}

function textOf({ current, newer, candidate, unknown, error }: PartUpdates): string {
  if (error !== undefined) return `${current}; not known: ${error}`;
  if (unknown !== undefined) return `${current}; ${unknown}`;
  if (!candidate)
    return newer.length > 0 ? `${current}; newer: ${newer.join(", ")}` : `${current}, the newest`;
  if (candidate.version === current)
    return `${current}; its tag names another image now: ${entryText(candidate)}`;
  const between = newer.slice(0, newer.indexOf(candidate.version));
  return `${current} -> ${candidate.version}${between.length > 0 ? `, after ${between.join(", ")}` : ""}`;
}

function entryText({ entry }: NonNullable<PartUpdates["candidate"]>): string {
  return "name" in entry ? entry.name : "id" in entry ? entry.id : `${entry.build}:${entry.tag}`;
}
