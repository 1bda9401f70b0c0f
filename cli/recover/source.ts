import { createReadStream, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  type OffsiteListing,
  type OffsiteRequest,
  type OffsiteTarget,
  SHIPPER_USER,
} from "../../operations/backup/offsite";
import type { SignedExport, SignedReceipt } from "../../operations/backup/receipt";
import { confined, spawnDocker } from "../../operations/docker";
import { OperationError } from "../../operations/errors";
import { usageError } from "../exit";

export type Archive = SignedReceipt | SignedExport;

/** Bytes that come; whether they were all of them is known when `ended` is. */
export interface Stream {
  output: Readable;
  ended: Promise<void>;
}

/** Backups and exports of one stack, wherever they lie. What is read is to be checked by its receipt. */
export interface ArchiveSource {
  /** Ids, in the order in which backups and exports were begun. */
  ids(): Promise<string[]>;
  receipt(id: string): Promise<Archive>;
  file(archive: Archive): Stream;
}

/** The time in an id: sequences begin again with a new store, times do not. */
const inOrder = (ids: string[]): string[] =>
  [...new Set(ids)].sort((a, b) => (a.split("-").at(-1)! < b.split("-").at(-1)! ? -1 : 1));

/** What `backup fetch` has put into a folder. */
export class FolderSource implements ArchiveSource {
  constructor(private readonly folder: string) {
    if (!existsSync(folder)) throw usageError(`--from ${folder}: there is no such folder`);
  }

  ids(): Promise<string[]> {
    const names = readdirSync(this.folder).flatMap(
      (name) => /^((?:settings-)?\d+-\w+)\.json$/.exec(name)?.[1] ?? [],
    );
    return Promise.resolve(inOrder(names));
  }

  receipt(id: string): Promise<Archive> {
    return Promise.resolve(JSON.parse(readFileSync(join(this.folder, `${id}.json`), "utf8")) as Archive);
  }

  file({ receipt }: Archive): Stream {
    const output = createReadStream(join(this.folder, receipt.file));
    const ended = new Promise<void>((resolve, reject) => {
      output.once("end", resolve);
      output.once("error", reject);
    });
    ended.catch(() => undefined);
    return { output, ended };
  }
}

/** A target as the shipper fills it, read through a container of the sidecar's image on this machine's Docker. */
export class OffsiteSource implements ArchiveSource {
  private listed: Promise<OffsiteListing> | undefined;

  constructor(
    private readonly endpoint: string,
    private readonly image: string,
    private readonly request: OffsiteRequest,
  ) {}

  async ids(): Promise<string[]> {
    return inOrder((await this.list()).map(({ id }) => id));
  }

  async receipt(id: string): Promise<Archive> {
    const { version, receipt: path } = await this.copy(id);
    return JSON.parse(await this.text("offsite-read", { version, path })) as Archive;
  }

  file({ receipt }: Archive): Stream {
    const copy = this.copies.get(receipt.id);
    if (!copy) throw new OperationError(`${receipt.id} is not at the target`);
    return this.run("offsite-read", { version: copy.version, path: copy.object });
  }

  private readonly copies = new Map<string, OffsiteListing[number]>();

  private list(): Promise<OffsiteListing> {
    return (this.listed ??= this.text("offsite-list", {}).then((out) => JSON.parse(out) as OffsiteListing));
  }

  /** The newest copy of an archive: an earlier one was found damaged. */
  private async copy(id: string): Promise<OffsiteListing[number]> {
    const copy = (await this.list()).filter((each) => each.id === id).at(-1);
    if (!copy) throw usageError(`there is no ${id} at the target`);
    this.copies.set(id, copy);
    return copy;
  }

  private async text(command: string, more: Partial<OffsiteRequest>): Promise<string> {
    const { output, ended } = this.run(command, more);
    const [out] = await Promise.all([text(output), ended]);
    return out;
  }

  private run(command: string, more: Partial<OffsiteRequest>): Stream {
    const child = spawnDocker(this.endpoint, [
      // The key goes to an image that was built or loaded here, and to none that a registry has under that name.
      ...["run", "--rm", "--interactive", "--pull=never"],
      ...confined({ user: SHIPPER_USER, memoryMiB: 512, processes: 256 }),
      ...["--entrypoint=node", this.image, "/app/main.js", command],
    ]);
    child.stdin.on("error", () => undefined).end(JSON.stringify({ ...this.request, ...more }));
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
    const ended = new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) =>
        code === 0
          ? resolve()
          : reject(new OperationError(`the target: ${said.trim() || `exit code ${code}`}`)),
      );
    });
    ended.catch(() => undefined);
    return { output: child.stdout, ended };
  }
}

/** `ssh://USER@HOST[:PORT]`; undefined for what is a folder. @throws CliError when it is neither */
export function targetIn(from: string): OffsiteTarget | undefined {
  if (!/^[a-z]+:\/\//i.test(from)) return undefined;
  const found =
    /^ssh:\/\/([a-z_][a-z0-9_-]{0,31})@(\[[0-9a-fA-F:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{1,5}))?\/?$/.exec(
      from,
    );
  if (!found) throw usageError(`--from ${from}: write ssh://USER@HOST[:PORT], or the path of a folder`);
  return { user: found[1]!, host: found[2]!.replace(/^\[|\]$/g, ""), port: Number(found[3] ?? 22) };
}
