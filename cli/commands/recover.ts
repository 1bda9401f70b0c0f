import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { inspectPresent } from "../../operations/docker";
import { ensureDocker, localEndpoint } from "../../toolchain/docker";
import type { CommandModule } from "../command";
import { type Context, displayPath, stackOption } from "../context";
import { refusal, usageError } from "../exit";
import { createProgress } from "../progress";
import { recover } from "../recover/recover";
import { type ArchiveSource, FolderSource, OffsiteSource, targetIn } from "../recover/source";
import { identitiesFromStdin, identitiesIn } from "../restore/pending";
import { update } from "./up";

interface Options {
  from: string;
  identity?: boolean;
  sshKey?: string;
  hostKey?: string;
  receiptKey?: string[];
  backup?: string;
  settings?: string;
  host?: string[];
  image: string;
  up: boolean;
}

export const create: CommandModule["create"] = (context) =>
  new Command("recover")
    .description("rebuild a stack whose host is lost, from the copies off it")
    .requiredOption(
      "--from <place>",
      "ssh://USER@HOST[:PORT] of the target, or a folder that `backup fetch` has filled",
    )
    .requiredOption("--identity", "read a backup recipient's private key from stdin")
    .option("--ssh-key <file>", "private SSH key of an account on the target")
    .option("--host-key <key>", 'the target\'s public host key, "ssh-ed25519 AAAA…"')
    .option(
      "--receipt-key <key...>",
      "public keys, with one of which each receipt must be signed (default: the one that the export names; then nothing is brought up)",
    )
    .option("--backup <id>", "the backup (default: the newest)")
    .option("--settings <id>", "the export of the settings (default: the newest)")
    .option("--host <name=endpoint...>", "Docker endpoint of a host that is another one now")
    .option("--image <reference>", "the sidecar's image, which fetches", "strongroom/backup:15")
    .option("--no-up", "put everything in place and stop before the update, to edit the configuration first")
    .addHelpText(
      "after",
      `
Takes the newest export of the settings and the newest backup; decrypts the export here, in memory; checks receipts and
files; writes configuration, keys and certificates where they were, and the state without what was on the old hosts;
puts the backup into the volume of the backups; then brings the stack up on a database that is restored from it. The
private CA stays the same. Refused for a stack that exists. A run that was cut off is gone on with by the same command
until the state is there, and by \`up --identity\` from then on.

Examples:
  $ ./strongroom recover --stack prod --from ssh://strongroom@backup.example.com --ssh-key key --host-key "ssh-ed25519 AAAA…" --identity < key.txt
  $ ./strongroom recover --stack prod --from /media/offline --no-up --identity < key.txt`,
    )
    .action(async (options: Options) => {
      const given = context();
      const say = (text: string) => process.stderr.write(`${text}\n`);
      const identities = identitiesIn(await identitiesFromStdin());
      const endpoints = Object.fromEntries((options.host ?? []).map(endpointOf));
      const source = await sourceOf(given, options);
      const { receiptKey: receiptKeys, backup: id, settings } = options;
      await recover(given, { source, identities, receiptKeys, id, settings, endpoints, say });
      say(
        `stack ${given.stack} is in place: ${displayPath(given)}, keys in ${given.stackDir}, its state without the old hosts`,
      );
      const next = `./strongroom up${stackOption(given.stack)} --yes --identity < KEY-FILE`;
      // Whoever could write to the target would have a stack of theirs brought up, unseen.
      const isTrusted = options.receiptKey !== undefined;
      if (options.up && !isTrusted)
        say("nothing is brought up without --receipt-key: look at the configuration and at `preview` first");
      const goesOn = options.up && isTrusted;
      say(goesOn ? `from here on it is an update, to be gone on with by: ${next}` : `next: ${next}`);
      if (goesOn) await update(given, { yes: true, identities: () => Promise.resolve(identities) });
    });

/** @throws CliError for what is no `NAME=ENDPOINT` */
function endpointOf(given: string): [name: string, endpoint: string] {
  const [, name, endpoint] = /^([a-z][a-z0-9-]*)=((?:unix|ssh):\/\/.+)$/.exec(given) ?? [];
  if (name === undefined || endpoint === undefined)
    throw usageError(`--host ${given}: write NAME=unix:///var/run/docker.sock or NAME=ssh://USER@HOST`);
  return [name, endpoint];
}

async function sourceOf(context: Context, options: Options): Promise<ArchiveSource> {
  const target = targetIn(options.from);
  if (!target) return new FolderSource(resolve(options.from));
  if (options.sshKey === undefined || options.hostKey === undefined)
    throw usageError(
      "--from ssh://…: needs --ssh-key, and --host-key, without which anybody could be the target",
    );
  if (!/^[a-z0-9-]+ [A-Za-z0-9+/]+={0,2}$/.test(options.hostKey))
    throw usageError(`--host-key ${options.hostKey}: write it as in a .pub file: ssh-ed25519 AAAA…`);
  let key: string;
  try {
    key = readFileSync(options.sshKey, "utf8");
  } catch (error) {
    throw refusal(`--ssh-key ${options.sshKey}: ${(error as Error).message}`);
  }
  await ensureDocker(localEndpoint, createProgress({ verbose: context.verbose }));
  if ((await inspectPresent(localEndpoint, "image", [options.image])).length === 0)
    throw refusal(
      `--image ${options.image}: is not on this machine, and none is fetched that would get the key: ./strongroom image build backup:15, or load it`,
    );
  return new OffsiteSource(localEndpoint, options.image, {
    target,
    key,
    hostKey: options.hostKey,
    stack: context.stack,
  });
}
