import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { measure } from "../../operations/backup/measure";
import { isSignedBy, type SignedExport, type SignedReceipt } from "../../operations/backup/receipt";
import { faultsOf } from "../backup/judgement";
import { copyFaults, placeOf, type Shipping, shippingOf } from "../backup/shipper";
import { readSettings } from "../backup/settings";
import { allOf, findBackup, Sidecar } from "../backup/sidecar";
import { archiveFaults, archiveOf, restorableTimes } from "../backup/wal";
import type { CommandModule } from "../command";
import type { Context } from "../context";
import { CliError, usageError } from "../exit";
import { ageText, sizeText } from "../measures";

interface Json {
  json?: boolean;
}

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

export const create: CommandModule["create"] = (context) => {
  const backup = new Command("backup").description(
    "encrypted backups of the database, each proven by a restore, and of the stack's settings and keys",
  );
  backup
    .command("now")
    .description("make a backup, prove it by restoring it, and keep it until somebody deletes it")
    .option("--json", "print the receipt as JSON")
    .addHelpText(
      "after",
      "\nIt is apart from the rotation of scheduled backups.\n\nExample:\n  $ ./strongroom backup now",
    )
    .action(async ({ json }: Json) => {
      const sidecar = await Sidecar.find(context());
      const signed = JSON.parse(await sidecar.ask("now")) as SignedReceipt;
      const { publicKey } = await sidecar.list();
      if (!isSignedBy(signed, sidecar.trustedKey(publicKey)))
        throw new CliError(`the receipt of ${signed.receipt.id} is not signed by the trusted key`);
      if (json) print({ schema: 1, ...signed });
      else process.stdout.write(`${line(signed)}\n`);
    });
  backup
    .command("list")
    .description(
      "list the backups: id, age, size, kind, how far each was proven, the settings that go with it, where it is",
    )
    .option("--json", "print the receipts and their public key as JSON")
    .addHelpText("after", "\nExample:\n  $ ./strongroom backup list --json | jq '.backups[-1].receipt'")
    .action(async ({ json }: Json) => {
      const sidecar = await Sidecar.find(context());
      const listing = await sidecar.list();
      const shipping = await shippingOf(context(), sidecar.settings);
      const archive = await archiveOf(context(), sidecar.settings);
      if (typeof archive === "string") process.stderr.write(`${archive}\n`);
      const known = typeof archive === "string" ? undefined : archive;
      const more = { ...(shipping ? { offsite: shipping } : {}), ...(known ? { pointInTime: known } : {}) };
      if (json) print({ schema: 1, ...listing, ...more });
      else for (const signed of allOf(listing)) process.stdout.write(`${line(signed, shipping)}\n`);
      if (known && !json)
        for (const { from, to } of restorableTimes(known)) process.stdout.write(`any time\t${from}\t${to}\n`);
      for (const file of listing.unproven)
        process.stderr.write(`not proven, and counts as nothing: ${file}\n`);
      for (const file of listing.unreadable)
        process.stderr.write(`a receipt that cannot be read, so its backup counts as nothing: ${file}\n`);
    });
  backup
    .command("verify")
    .description("check the receipts' signatures and that the files are the ones that were proven")
    .argument("[id]", "one backup; default: all of them")
    .option("--json", "print what was found as JSON")
    .addHelpText(
      "after",
      `
Exit code 1 if a backup is not what its receipt says, or if there is none. The key that receipts must be signed with
is backup.receiptKey of the configuration; without it the first one that this machine has seen.

Example:
  $ ./strongroom backup verify`,
    )
    .action((id: string | undefined, { json }: Json) => verify(context(), id, json));
  backup
    .command("fetch")
    .description(
      "copy a backup, the settings that go with it, and their receipts to this machine, and check all",
    )
    .argument("<id>", "the backup")
    .requiredOption("--to <folder>", "folder to put them in; made if it is not there")
    .addHelpText(
      "after",
      `
The copies are encrypted like the originals. To open them, with a private key of one of their recipients:
  $ age --decrypt --identity KEY-FILE ID.dump.age > ID.dump
  $ age --decrypt --identity KEY-FILE settings-ID.tar.age | tar --extract

Example:
  $ ./strongroom backup fetch 000012-20260301T040000Z --to /media/offline`,
    )
    .action((id: string, { to }: { to: string }) => fetchBackup(context(), id, resolve(to)));
  backup
    .command("settings")
    .description("decrypt the stack's settings, state and keys out of a backup into a new folder")
    .argument("[id]", "an export of the settings, or a backup that they go with; default: the newest export")
    .requiredOption("--to <folder>", "folder to make for them; it must not be there")
    .requiredOption("--identity", "read a backup recipient's private key from stdin")
    .addHelpText(
      "after",
      `
What is written is secret, in plain text: the folder has mode 0700. Nothing is written unless the export is what its
receipt says and the key opens all of it.

Example:
  $ ./strongroom backup settings --to /media/rebuild --identity < key.txt`,
    )
    .action((id: string | undefined, { to }: { to: string }) => readSettings(context(), id, resolve(to)));
  return backup;
};

/**
 * Id, age, size, kind, level of proof, of a backup the settings that go with it, and of a stack with copies off the host
 * where it is, separated by tabs.
 */
function line(signed: SignedReceipt | SignedExport, shipping?: Shipping): string {
  const { receipt } = signed;
  const { id, bytes, kind, level, ended } = receipt;
  const age = ageText(Math.max(0, (Date.now() - Date.parse(ended)) / 1000));
  const settings = receipt.kind === "settings" ? [] : [receipt.settings?.id ?? "without settings"];
  const place = placeOf(signed, shipping) ?? [];
  return [id, age, sizeText(bytes), kind, level, ...settings, place].flat().join("\t");
}

async function verify(context: Context, id: string | undefined, json: boolean | undefined): Promise<void> {
  const sidecar = await Sidecar.find(context);
  const listing = await sidecar.list();
  const { publicKey, unreadable } = listing;
  const chosen = id === undefined ? allOf(listing) : [findBackup(context, allOf(listing), id)];
  const key = sidecar.trustedKey(publicKey);
  const shipping = await shippingOf(context, sidecar.settings);
  const found: { id: string; faults: string[]; place?: string }[] = [];
  const tell = (name: string, faults: string[], place?: string) => {
    found.push({ id: name, faults, ...(place ? { place } : {}) });
    const columns = [name, faults.join("; ") || "verified", ...(place ? [place] : [])];
    if (!json) process.stdout.write(`${columns.join("\t")}\n`);
  };
  for (const signed of chosen) {
    const sha256 = await sidecar.sha256(signed.receipt.file);
    // A backup that has had its time is pruned, with its receipt, while the ones before it are read.
    if (sha256 === undefined && id === undefined && !(await sidecar.has(signed.receipt.id))) continue;
    const faults = [...faultsOf(signed, key, sha256), ...copyFaults(signed, shipping)];
    tell(signed.receipt.id, faults, placeOf(signed, shipping));
  }
  if (id === undefined)
    for (const name of unreadable) tell(name.replace(/\.json$/, ""), ["its receipt cannot be read"]);
  const archive = id === undefined ? await archiveOf(context, sidecar.settings) : undefined;
  const faults = typeof archive === "string" ? [archive] : archive && archiveFaults(archive, new Date());
  if (faults) tell("point in time", faults);
  if (json) print({ schema: 1, backups: found });
  if (found.length === 0) throw new CliError("there is no backup to verify");
  const bad = found.filter(({ faults }) => faults.length > 0).length;
  if (bad > 0) throw new CliError(`${bad} of ${found.length} backups cannot be relied on`);
}

async function fetchBackup(context: Context, id: string, folder: string): Promise<void> {
  const sidecar = await Sidecar.find(context);
  const listing = await sidecar.list();
  const signed = findBackup(context, allOf(listing), id);
  const { receipt } = signed;
  const named = receipt.kind === "settings" ? undefined : receipt.settings;
  const settings = named && findBackup(context, listing.exports ?? [], named.id);
  if (existsSync(join(folder, receipt.file)))
    throw usageError(`${join(folder, receipt.file)} is there already`);
  mkdirSync(folder, { recursive: true });
  const key = sidecar.trustedKey(listing.publicKey);
  for (const each of settings ? [settings, signed] : [signed]) await fetchFile(sidecar, each, key, folder);
}

/** Copies one file with its receipt, if it is as it was proven; one that is there already is made anew. */
async function fetchFile(
  sidecar: Sidecar,
  signed: SignedReceipt | SignedExport,
  key: string,
  folder: string,
): Promise<void> {
  const { id, file } = signed.receipt;
  const target = join(folder, file);
  const partial = `${target}.partial`;
  try {
    await sidecar.copy(file, partial);
    const { sha256 } = await measure(partial);
    const faults = faultsOf(signed, key, sha256);
    if (faults.length > 0) throw new CliError(`${id}: ${faults.join("; ")}; nothing of it was kept`);
    writeFileSync(join(folder, `${id}.json`), `${JSON.stringify(signed, undefined, 2)}\n`);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
  process.stdout.write(`${target}\n`);
}
