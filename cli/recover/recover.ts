import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { sha256 } from "../../operations/archive/content";
import { isSignedBy, type SignedExport, type SignedReceipt } from "../../operations/backup/receipt";
import { findContainers } from "../../operations/docker";
import { replaceFile } from "../../operations/replace-file";
import { timeTag } from "../../operations/time-tag";
import { ensureToolchain } from "../../toolchain";
import { ensureDocker } from "../../toolchain/docker";
import { ensureImages } from "../../toolchain/images";
import { filesOfTar } from "../backup/bundle";
import { faultsOf } from "../backup/judgement";
import { unseal } from "../backup/seal";
import { type Context, displayPath, stackOption } from "../context";
import { CliError, refusal } from "../exit";
import { createProgress, type Progress } from "../progress";
import { importState, loadState } from "../settle/state-edit";
import { loadConfig } from "../stack-config";
import { createEmptyStack, stackExists } from "../stack-init";
import { adoptArchive } from "./adopt";
import { recoveredConfig, servesRestore, withEndpoints } from "./config";
import { others, place, type Unpacked, unpack } from "./places";
import type { ArchiveSource } from "./source";
import { withoutHosts } from "./state";

/** What is asked for. */
export interface Recovery {
  source: ArchiveSource;
  /** Private keys, one in a line. */
  identities: string;
  /** Public keys that receipts must be signed with, each with one of them; else the one that the export names. */
  receiptKeys?: string[];
  /** The backup; the newest without it. */
  id?: string;
  /** The export of the settings; the newest without it. */
  settings?: string;
  /** Docker endpoints that are others than those of the lost hosts, by name of the host. */
  endpoints: Record<string, string>;
  say(text: string): void;
}

/**
 * Puts everything that a lost stack had in its place on this machine and its Docker hosts, up to an update that serves
 * the backup: configuration, keys, certificates, state without what was on the old hosts, and the backup itself.
 * A run that was cut off is gone on with by the next one.
 * @throws CliError before anything is touched when something does not fit, or is there and another one's
 */
export async function recover(context: Context, recovery: Recovery): Promise<void> {
  const { source, say } = recovery;
  const toolchain = await ensureToolchain({ progress: progressOf(context) });
  if ((await stackExists(context, toolchain)) && (await loadState(context, toolchain)).resources.length > 0)
    throw refusal(
      `stack ${context.stack} exists in ${context.backendUrl}: it is not lost. To go back to a backup of it: ` +
        `./strongroom restore ID${stackOption(context.stack)}`,
    );
  const found = await choose(context, recovery);
  const { unpacked, exported, backup, keyOf } = found;
  const configuration = withEndpoints(unpacked.configuration, recovery.endpoints);
  const as = `recovered-${backup.receipt.sequence}`;
  const restore = { from: backup.receipt.id, as };
  // Throws while nothing is touched yet for what cannot be edited.
  recoveredConfig(configuration, restore, keyOf(exported));
  refuseOthers(context, { ...unpacked, configuration }, restore);
  if (recovery.receiptKeys === undefined)
    say(
      "no --receipt-key: receipts are checked by the key that the export itself names, so whoever could write to where it was fetched from could have made both",
    );
  say(
    `settings and keys of ${exported.receipt.id}, database of ${backup.receipt.id}: ${backup.receipt.rows} rows of ${backup.receipt.begun}`,
  );

  place(unpacked.files);
  const isEdited =
    existsSync(context.configFile) && servesRestore(readFileSync(context.configFile, "utf8"), restore);
  if (!isEdited) replaceFile(context.configFile, configuration, 0o600);
  const settings = await prepareHosts(context);
  const newKey = await adoptArchive(
    context.stack,
    settings,
    exported,
    keyOf(exported),
    source.file(exported),
  );
  await adoptArchive(context.stack, settings, backup, keyOf(backup), source.file(backup));
  say(
    `${backup.receipt.id} is in the volume of the backups; its receipt was checked, and is signed by the new store's key`,
  );
  replaceFile(join(context.stackDir, "backup-receipts.pub"), `${newKey}\n`, 0o600);
  if (!isEdited) replaceFile(context.configFile, recoveredConfig(configuration, restore, newKey), 0o600);
  await createEmptyStack(context, toolchain, secretsProviderOf(unpacked.state));
  await importState(context, toolchain, JSON.stringify(withoutHosts(unpacked.state)));
}

/** URL of the key management service that encrypts a state; undefined when a passphrase does. */
function secretsProviderOf(state: string): string | undefined {
  const { deployment } = JSON.parse(state) as {
    deployment: { secrets_providers?: { type?: string; state?: { url?: string } } };
  };
  const { type, state: own } = deployment.secrets_providers ?? {};
  return type === "cloud" ? own?.url : undefined;
}

const progressOf = (context: Context): Progress => createProgress({ verbose: context.verbose });

/** What is to be recovered, checked and in memory but for the backup's file. */
async function choose(context: Context, { source, identities, receiptKeys, id, settings }: Recovery) {
  const ids = await source.ids();
  const [exports, backups] = [true, false].map((isExport) =>
    ids.filter((each) => each.startsWith("settings-") === isExport),
  ) as [string[], string[]];
  const exportId = settings ?? newestOf(exports);
  const backupId = id ?? newestOf(backups);
  if (exportId === undefined || !exports.includes(exportId))
    throw new CliError(
      `there is no export of the settings ${settings ?? `of stack ${context.stack}`}${thereAre(exports)}; nothing was changed`,
    );
  if (backupId === undefined || !backups.includes(backupId))
    throw new CliError(
      `there is no backup ${id ?? `of stack ${context.stack}`}${thereAre(backups)}; nothing was changed`,
    );
  const exported = (await source.receipt(exportId)) as SignedExport;
  const backup = (await source.receipt(backupId)) as SignedReceipt;
  const { output, ended } = source.file(exported);
  const [sealed] = await Promise.all([buffer(output), ended]);
  const bundle = await filesOfTar(await unseal(sealed, identities));
  const unpacked = unpack(context, bundle);
  const keys = receiptKeys ?? [unpacked.manifest.receiptKey].filter((key) => key !== undefined);
  if (keys.length === 0)
    throw refusal(
      "the export names no key by which to check receipts: give --receipt-key, the publicKey of `backup list --json`; nothing was changed",
    );
  // After a recovery the newest export may be signed by another store than the backup.
  const keyOf = (signed: SignedExport | SignedReceipt) =>
    keys.find((key) => isSignedBy(signed, key)) ?? keys[0]!;
  const faults = [
    ...faultsOf(exported, keyOf(exported), sha256(sealed)).map(
      (fault) => `${exportId}: ${fault}${thereAre(exports, "--settings")}`,
    ),
    // Its file is checked where it is taken over, before it counts.
    ...faultsOf(backup, keyOf(backup), backup.receipt.sha256).map(
      (fault) => `${backupId}: ${fault}${thereAre(backups, "--backup")}`,
    ),
    ...[exported, backup].flatMap(({ receipt }) =>
      receipt.stack === context.stack ? [] : [`${receipt.id}: it is of stack ${receipt.stack}`],
    ),
  ];
  if (faults.length > 0) throw new CliError(`${faults.join("\n")}\nnothing was changed`);
  return { unpacked, exported, backup, keyOf };
}

/** The newest that was not made by a clock that was ahead; of those that were, somebody must name one. */
function newestOf(ids: string[]): string | undefined {
  const now = timeTag(new Date());
  return ids.filter((id) => id.split("-").at(-1)! <= now).at(-1);
}

/** What else could be chosen; "" for none. */
function thereAre(ids: string[], option?: string): string {
  if (ids.length === 0) return "";
  return `${option === undefined ? "" : `; ${option} takes another`} (there are ${ids.slice(-5).join(", ")})`;
}

/** @throws CliError for files that are there and are not what would be written */
function refuseOthers(
  context: Context,
  { files, configuration }: Unpacked,
  restore: { from: string; as: string },
): void {
  // The key of the new store, as an earlier run has left it.
  const inTheWay = others(files).filter(
    (path) => !path.endsWith("backup-receipts.pub") && !path.endsWith("images.json"),
  );
  const { configFile } = context;
  if (existsSync(configFile)) {
    const text = readFileSync(configFile, "utf8");
    if (text !== configuration && !servesRestore(text, restore)) inTheWay.push(displayPath(context));
  }
  if (inTheWay.length > 0)
    throw refusal(
      `these files are there and hold something else than the export: ${inTheWay.join(", ")}. Move them away; nothing was changed.`,
    );
}

/** Docker on all hosts of the recovered configuration, and its local images. */
async function prepareHosts(context: Context) {
  const progress = progressOf(context);
  const config = loadConfig(context);
  if (!config.settings.backup) throw new CliError("the recovered configuration makes no backups");
  const database = config.settings.hosts[config.settings.database.host]!.docker;
  for (const endpoint of config.endpoints) {
    await ensureDocker(endpoint, progress);
    if (config.builds.length > 0)
      await ensureImages(config.builds, { endpoint, stackDirectory: context.stackDir, progress });
  }
  const labels = { "strongroom.stack": context.stack, "strongroom.role": "database" };
  if ((await findContainers(database, labels)).length > 0)
    throw refusal(
      `${database} still has the database's container of stack ${context.stack}, which may hold more than the backup: ` +
        "configuration and keys are in their places, and nothing else was done. If its data is to be given up, remove the " +
        "stack's containers there and run this again: volumes stay.",
    );
  return loadConfig(context).settings;
}
