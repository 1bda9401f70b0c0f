import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "../../operations/archive/content";
import { type Context, stackOption } from "../context";
import { CliError, usageError } from "../exit";
import { identitiesFromStdin, identitiesIn } from "../restore/pending";
import { type BundleFile, filesOfTar } from "./bundle";
import { faultsOf } from "./judgement";
import { unseal } from "./seal";
import { allOf, findBackup, Sidecar } from "./sidecar";

/**
 * Decrypts an export of the stack's settings, on this machine, and writes its files into a folder that it makes.
 * @param id of an export, or of a backup that one goes with; the newest export without it
 * @param folder must not be there; of mode 0700 then, its files of mode 0600
 * @throws CliError when the export is not what its receipt says or is not opened, with nothing written
 */
export async function readSettings(context: Context, id: string | undefined, folder: string): Promise<void> {
  if (existsSync(folder)) throw usageError(`${folder} is there already: name a folder that is to be made`);
  const identities = identitiesIn(await identitiesFromStdin());
  const sidecar = await Sidecar.find(context);
  const listing = await sidecar.list();
  const exports = listing.exports ?? [];
  const chosen = id === undefined ? exports.at(-1)?.receipt.id : exportOf(context, listing, id);
  if (chosen === undefined)
    throw usageError(
      `${id === undefined ? "there is no export of the settings" : `no settings go with ${id}`}: ` +
        `./strongroom backup list${stackOption(context.stack)} shows what there is`,
    );
  const signed = findBackup(context, exports, chosen);
  const sealed = await sidecar.read(signed.receipt.file);
  const faults = faultsOf(signed, sidecar.trustedKey(listing.publicKey), sha256(sealed));
  if (signed.receipt.stack !== context.stack) faults.push(`it is of stack ${signed.receipt.stack}`);
  if (faults.length > 0) throw new CliError(`${chosen}: ${faults.join("; ")}; nothing was written`);
  const files = await filesOfTar(await unseal(sealed, identities));
  writeFolder(folder, files);
  process.stderr.write(`${chosen} is in plain text, with keys and passphrase: remove it when it was used\n`);
  process.stdout.write(`${folder}\n`);
}

function exportOf(
  context: Context,
  listing: Awaited<ReturnType<Sidecar["list"]>>,
  id: string,
): string | undefined {
  const { receipt } = findBackup(context, allOf(listing), id);
  return receipt.kind === "settings" ? receipt.id : receipt.settings?.id;
}

/** All of it or nothing. Nobody else may read anything of it at any time. */
export function writeFolder(folder: string, files: BundleFile[]): void {
  mkdirSync(dirname(folder), { recursive: true });
  // Made with mode 0700.
  const draft = mkdtempSync(`${folder}.`);
  try {
    for (const { name, content } of files) {
      mkdirSync(dirname(join(draft, name)), { recursive: true, mode: 0o700 });
      writeFileSync(join(draft, name), content, { mode: 0o600, flag: "wx" });
    }
    // Over nothing but an empty folder.
    if (existsSync(folder)) throw usageError(`${folder} is there already`);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}
