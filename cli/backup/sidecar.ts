import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../config/settings";
import type { SignedExport, SignedReceipt } from "../../operations/backup/receipt";
import { EXPORTS_FOLDER, fileOf, STORE_FOLDER, type StoreListing } from "../../operations/backup/sidecar";
import { docker, findContainers } from "../../operations/docker";
import { type Context, stackOption } from "../context";
import { CliError, refusal, usageError } from "../exit";
import { loadConfig, type StackConfig } from "../stack-config";

/** Longest that a backup or a look at a large file may take: 4 hours. */
const LONG_SECONDS = 4 * 3600;

/** A stack's running backup sidecar, as the CLI speaks to it: by `docker exec` and `docker cp` alone. */
export class Sidecar {
  private constructor(
    private readonly context: Context,
    private readonly config: Pick<StackConfig, "settings">,
    private readonly endpoint: string,
    private readonly container: string,
  ) {}

  /** @throws CliError when the stack has no backups, or its sidecar does not run */
  static async find(
    context: Context,
    config: Pick<StackConfig, "settings"> = loadConfig(context),
  ): Promise<Sidecar> {
    const { settings } = config;
    if (!settings.backup)
      throw refusal(`stack ${context.stack} makes no backups: its configuration has no strongroom:backup`);
    const endpoint = settings.hosts[settings.database.host]!.docker;
    const labels = { "strongroom.stack": context.stack, "strongroom.role": "backup" };
    const found = (await findContainers(endpoint, labels)).find(({ State }) => State.Running);
    if (!found)
      throw new CliError(`the backup sidecar does not run: ./strongroom up --stack ${context.stack}`);
    return new Sidecar(context, config, endpoint, found.Id);
  }

  /** The stack's settings, as they were read to find it. */
  get settings(): Settings {
    return this.config.settings;
  }

  /** Runs a command of the sidecar's own program. @returns its stdout @throws OperationError with its message */
  ask(command: "now" | "list"): Promise<string> {
    return this.exec(["node", "/app/main.js", command]);
  }

  async list(): Promise<StoreListing> {
    return JSON.parse(await this.ask("list")) as StoreListing;
  }

  /** A backup's receipt, with the key that the store signs with now. @throws CliError when no backup has this id */
  async backup(id: string): Promise<{ signed: SignedReceipt; publicKey: string }> {
    const { backups, publicKey } = await this.list();
    return { signed: findBackup(this.context, backups, id), publicKey };
  }

  /** Whether the store still has a receipt of this backup or export. */
  async has(id: string): Promise<boolean> {
    return allOf(await this.list()).some(({ receipt }) => receipt.id === id);
  }

  /** SHA-256, in hex, of a file of the store as it lies there now; undefined when it is not there. */
  async sha256(file: string): Promise<string | undefined> {
    const path = pathOf(file);
    const script = `[ ! -e "$1" ] || sha256sum "$1"`;
    return (await this.exec(["sh", "-c", script, "sh", path])).split(" ")[0] || undefined;
  }

  /** Size of a file of the store, bytes; undefined when it is not there. */
  async bytes(file: string): Promise<number | undefined> {
    const text = await this.exec(["sh", "-c", `[ ! -e "$1" ] || stat --format=%s "$1"`, "sh", pathOf(file)]);
    return text.trim() === "" ? undefined : Number(text);
  }

  /** Copies a file of the store to this machine. */
  async copy(file: string, to: string): Promise<void> {
    const from = `${this.container}:${pathOf(file)}`;
    await docker(this.endpoint, ["cp", from, to], { timeoutSeconds: LONG_SECONDS });
  }

  /** The bytes of an export of the settings as they lie there now. */
  async read(file: string): Promise<Uint8Array> {
    return Buffer.from(await this.exec(["base64", "--wrap=0", pathOf(file)]), "base64");
  }

  /** Public key that receipts must be signed with. @param offered the key that the store signs with now */
  trustedKey(offered: string): string {
    return trustedReceiptKey(this.context, this.config.settings, offered)!;
  }

  private exec(command: string[]): Promise<string> {
    return docker(this.endpoint, ["exec", this.container, ...command], { timeoutSeconds: LONG_SECONDS });
  }
}

/** Where a file of the store lies, a backup's or an export's. */
function pathOf(file: string): string {
  return `${file.endsWith(".tar.age") ? EXPORTS_FOLDER : STORE_FOLDER}/${file}`;
}

/** Backups, then exports of the settings. */
export function allOf({ backups, exports = [] }: StoreListing): (SignedReceipt | SignedExport)[] {
  return [...backups, ...exports];
}

/**
 * Public key that receipts must be signed with: the configured one, else the one that this machine saw first, which is
 * kept in the stack's folder.
 * @param offered the key that the store signs with now: trusted, and kept, if none was seen before
 * @returns undefined when no key is known and none is offered
 */
export function trustedReceiptKey(
  { stackDir }: Pick<Context, "stackDir">,
  { backup }: Pick<Settings, "backup">,
  offered?: string,
): string | undefined {
  return backup?.receiptKey ?? seenKey(join(stackDir, "backup-receipts.pub"), offered);
}

/**
 * The public key that this machine saw first, as a file keeps it.
 * @param offered trusted, and kept, if none was seen before
 * @returns undefined when none was, and none is offered
 */
export function seenKey(file: string, offered?: string): string | undefined {
  if (!existsSync(file)) {
    if (offered === undefined) return undefined;
    writeFileSync(file, `${offered}\n`, { mode: 0o600 });
  }
  return readFileSync(file, "utf8").trim();
}

/**
 * As `trustedReceiptKey`, for a restore. Not whichever key the store has now: whoever can write there could put a database
 * of their own in the product's place.
 * @throws CliError when none is known
 */
export function requiredReceiptKey(
  context: Pick<Context, "stack" | "stackDir">,
  settings: Pick<Settings, "backup">,
): string {
  const key = trustedReceiptKey(context, settings);
  if (key !== undefined) return key;
  throw refusal(
    `nothing was changed: no key is known by which to trust a receipt of stack ${context.stack}: this machine has seen none ` +
      "before. Give backup.receiptKey: the publicKey of `./strongroom backup list --json`, as it was when the backups began",
  );
}

/** @throws CliError when no backup, or no export, has this id; so ids never become paths */
export function findBackup<T extends SignedReceipt | SignedExport>(
  context: Pick<Context, "stack">,
  backups: T[],
  id: string,
): T {
  const found = backups.find(({ receipt }) => receipt.id === id);
  if (found && /^(settings-)?[0-9]+-[0-9TZ]+$/.test(id) && found.receipt.file === fileOf(found.receipt))
    return found;
  throw usageError(
    `there is no backup ${id}: ./strongroom backup list${stackOption(context.stack)} shows those there are`,
  );
}
