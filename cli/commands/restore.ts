import { readFileSync } from "node:fs";
import { Command } from "commander";
import { volumeName } from "../../components/labels";
import { isTime } from "../../operations/backup/wal";
import { planRestore } from "../../operations/backup/wal-plan";
import { psql } from "../../operations/database-server";
import { docker, findContainers } from "../../operations/docker";
import { faultsOf } from "../backup/judgement";
import { Sidecar, requiredReceiptKey } from "../backup/sidecar";
import { archiveOf, requiredArchiveKey } from "../backup/wal";
import type { CommandModule } from "../command";
import { type Context, displayPath, stackOption } from "../context";
import { CliError, refusal, usageError } from "../exit";
import { ageText } from "../measures";
import { type RestoreEntry, setRestore } from "../restore/config-edit";
import { lossOf } from "../restore/loss";
import { loadConfig, type StackConfig } from "../stack-config";
import { writeConfig } from "./image-file";

export const create: CommandModule["create"] = (context) =>
  new Command("restore")
    .description(
      "write the restore of a backup, or to a time, into the configuration, and show what would be lost",
    )
    .argument("<id>", "the backup, as `backup list` shows it; or a time in UTC, with backup.pointInTime")
    .option("--as <name>", "short name of the new volume (default: restored-NUMBER, or restored-DATE-TIME)")
    .addHelpText(
      "after",
      `
Nothing is restored yet: the configuration's diff is what is reviewed and applied. \`up --identity\` fills the new
volume beside the database in service, with a recipient's private key from its stdin, and moves the product to it. The
old volume stays; to go back, name the restored one in \`database.leave\` in place of \`database.restore\`, and run \`up\`.

Example:
  $ ./strongroom restore 000012-20260301T040000Z --stack prod
  $ ./strongroom restore 2026-03-01T04:12:30Z --stack prod
  $ ./strongroom preview --stack prod
  $ ./strongroom up --stack prod --yes --identity < key.txt`,
    )
    .action((id: string, options: { as?: string }) => restore(context(), id, options.as));

async function restore(context: Context, id: string, name: string | undefined): Promise<void> {
  const config = loadConfig(context);
  if (isTime(id)) return restoreTo(context, config, id, name);
  const sidecar = await Sidecar.find(context);
  const key = requiredReceiptKey(context, config.settings);
  const { signed } = await sidecar.backup(id);
  const faults = faultsOf(signed, key, await sidecar.sha256(signed.receipt.file));
  if (faults.length > 0) throw new CliError(`${id}: ${faults.join("; ")}; nothing was changed`);
  const as = name ?? (await freeName(context, config, String(signed.receipt.sequence)));
  const rows = await rowsNow(context, config).catch(() => undefined);
  write(context, config, { from: id, as }, lossOf(signed.receipt, rows, new Date()));
}

/** As `restore`, to a time. */
async function restoreTo(
  context: Context,
  config: StackConfig,
  time: string,
  name: string | undefined,
): Promise<void> {
  if (!config.settings.backup?.pointInTime)
    throw refusal(`stack ${context.stack} keeps no log: its configuration has no backup.pointInTime`);
  // Before the archive is asked, which offers a key.
  const publicKey = requiredArchiveKey(context, config.settings);
  const archive = (await archiveOf(context, config.settings))!;
  if (typeof archive === "string") throw new CliError(archive);
  if (Number.isNaN(Date.parse(time)))
    throw usageError(`${time} is no time in UTC, such as 2026-03-01T04:00:00Z`);
  const asked = { time, stack: context.stack, database: config.settings.database.name, publicKey };
  let reached: string;
  try {
    reached = planRestore(archive, asked).reached.time;
  } catch (error) {
    throw new CliError(`${(error as Error).message}; nothing was changed`);
  }
  const as = name ?? (await freeName(context, config, time.replace(/\..*|[-:Z]/g, "").replace("T", "-")));
  const age = ageText(Math.max(0, (Date.now() - Date.parse(time)) / 1000));
  write(context, config, { from: time, as }, [
    `what was committed in the ${age} since ${time} is not in it; the log reaches up to ${reached}`,
  ]);
}

/** Writes the diff, and says what it loses. */
function write(context: Context, config: StackConfig, { from, as }: RestoreEntry, loss: string[]): void {
  writeConfig(context, setRestore(readFileSync(context.configFile, "utf8"), { from, as }));
  const { database } = config.settings;
  process.stdout.write(`${loss.join("\n")}\n`);
  const stack = stackOption(context.stack);
  process.stderr.write(
    `\n${displayPath(context)} now serves ${from} from volume "${as}"; "${database.volume}", in service now, is kept.\n` +
      `Nothing was restored yet: ./strongroom preview${stack}, then ./strongroom up${stack} --yes --identity < KEY-FILE\n`,
  );
}

/** A volume's name that nothing has had: an earlier restore of the same backup may have been written to since. */
async function freeName(context: Context, { settings }: StackConfig, what: string): Promise<string> {
  const endpoint = settings.hosts[settings.database.host]!.docker;
  const names = (await docker(endpoint, ["volume", "ls", "--format", "{{.Name}}"])).split("\n");
  for (let count = 1; ; count++) {
    const name = `restored-${what}${count === 1 ? "" : `-${count}`}`;
    if (!names.includes(volumeName(context.stack, name))) return name;
  }
}

/** About how many rows the database in service has, by its own statistics. */
async function rowsNow(context: Context, { settings }: StackConfig): Promise<number | undefined> {
  const endpoint = settings.hosts[settings.database.host]!.docker;
  const labels = { "strongroom.stack": context.stack, "strongroom.role": "database" };
  const [server] = (await findContainers(endpoint, labels)).filter(({ State }) => State.Running);
  if (!server) return undefined;
  const counted = await psql(
    { endpoint, container: server.Id, database: settings.database.name },
    "SELECT coalesce(sum(n_live_tup), 0) FROM pg_stat_user_tables;",
  );
  return Number(counted);
}
