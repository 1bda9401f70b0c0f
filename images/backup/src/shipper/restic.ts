import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  HOST_KEY_ALIAS,
  KEY_FILE,
  KNOWN_HOSTS_FILE,
  type OffsiteTarget,
} from "../../../../operations/backup/offsite";

/**
 * restic wants a password. What it stores is encrypted for the recipients already, and receipts are not secret; so this
 * one is everybody's, and no second key can be lost with the host.
 */
const PASSWORD = "strongroom";

/** Where ssh finds its private key and the target's host key. */
export interface SshFiles {
  key: string;
  knownHosts: string;
}

const SHIPPER_FILES: SshFiles = { key: KEY_FILE, knownHosts: KNOWN_HOSTS_FILE };

/** A target that does not answer ends a command after 20 s, one that falls silent after a minute. */
const SSH_OPTIONS = [
  ...["BatchMode=yes", "IdentitiesOnly=yes", "PreferredAuthentications=publickey"],
  ...["StrictHostKeyChecking=yes", "GlobalKnownHostsFile=/dev/null"],
  ...[`HostKeyAlias=${HOST_KEY_ALIAS}`, "UpdateHostKeys=no", "CheckHostIP=no"],
  ...["ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4"],
];

/** What restic says about its failure, and no stack of its own. */
const ERROR_CHARACTERS = 600;

/** A snapshot of the repository: one backup or export with its receipt. */
export interface Snapshot {
  /** 64 hex digits. */
  id: string;
  time: string;
  paths: string[];
  tags?: string[];
  hostname: string;
}

/**
 * Whether a file of a snapshot can be one that was sent. Both come from the target, where somebody else may have put
 * what restic would take for an option.
 */
export function isOwn(snapshot: string, path: string): boolean {
  const isPath =
    path.startsWith("/") &&
    path
      .slice(1)
      .split("/")
      .every((name) => /^\w[\w.-]*$/.test(name));
  return isPath && /^[0-9a-f]{8,64}$/.test(snapshot);
}

/** How ssh reaches the target, as one line for restic, which splits it at blanks. The account decides what is run. */
export function sshCommand({ host, port, user }: OffsiteTarget, files = SHIPPER_FILES): string {
  const options = [...SSH_OPTIONS, `UserKnownHostsFile=${files.knownHosts}`].flatMap((option) => [
    "-o",
    option,
  ]);
  return [
    "ssh",
    "-F",
    "/dev/null",
    "-T",
    "-i",
    files.key,
    ...options,
    "-p",
    String(port),
    `${user}@${host}`,
    "rclone",
  ].join(" ");
}

/** The repository at a target, by restic over SSH. Nothing is answered from a cache: what is read was there just now. */
export class Repository {
  constructor(
    private readonly target: OffsiteTarget,
    private readonly files = SHIPPER_FILES,
  ) {}

  /** Makes the repository if the target has none. @returns its id @throws Error when the target cannot be reached */
  async open(): Promise<string> {
    try {
      return await this.id();
    } catch (error) {
      if (!/Is there a repository at the following location/.test((error as Error).message)) throw error;
      await this.text(["init"]);
      return this.id();
    }
  }

  private async id(): Promise<string> {
    return (JSON.parse(await this.text(["cat", "config", "--no-lock"])) as { id: string }).id;
  }

  /** All snapshots of a stack, oldest first. */
  async snapshots(stack?: string): Promise<Snapshot[]> {
    const of = stack === undefined ? [] : ["--host", stack];
    const listed = await this.text(["snapshots", "--json", "--no-lock", ...of]);
    const found = (JSON.parse(listed) ?? []) as Snapshot[];
    return found.sort((a, b) => (a.time < b.time ? -1 : 1));
  }

  /** Sends files as one snapshot. @param stack becomes restic's host @returns the snapshot's id, or its first digits: restic takes either */
  async send(stack: string, tags: string[], paths: string[]): Promise<string> {
    const own = ["--host", stack, ...tags.flatMap((tag) => ["--tag", tag]), "--pack-size", "4"];
    const args = ["backup", "--quiet", "--json", ...own, "--", ...paths];
    const said = await this.text(args).catch(async (error: Error) => {
      if (!/locked/.test(error.message)) throw error;
      // Only what restic takes for dead: a lock of this machine's whose process is gone, or one of half an hour ago.
      await this.text(["unlock"]);
      return this.text(args);
    });
    const summary = JSON.parse(said.trim().split("\n").at(-1)!) as { snapshot_id?: string };
    if (!summary.snapshot_id) throw new Error("restic does not say which snapshot it has made");
    return summary.snapshot_id;
  }

  /** SHA-256 in hex and size of a file as it comes from the target now. */
  async measure(snapshot: string, path: string): Promise<{ sha256: string; bytes: number }> {
    const { output, ended } = this.stream(snapshot, path);
    const hash = createHash("sha256");
    let bytes = 0;
    output.on("data", (chunk: Buffer) => {
      hash.update(chunk);
      bytes += chunk.length;
    });
    await ended;
    return { sha256: hash.digest("hex"), bytes };
  }

  /** A small file as it comes from the target now. */
  read(snapshot: string, path: string): Promise<string> {
    return this.text(dump(snapshot, path));
  }

  /** A file of any size as it comes from the target now; it was whole only when `ended` says so. */
  stream(snapshot: string, path: string): { output: Readable; ended: Promise<void> } {
    const child = this.start(dump(snapshot, path));
    return { output: child.stdout!, ended: endOf(child) };
  }

  private async text(args: string[]): Promise<string> {
    const child = this.start(args);
    const [out] = await Promise.all([text(child.stdout!), endOf(child)]);
    return out;
  }

  private start(args: string[]): ChildProcess {
    const options = ["--no-cache", "--repo", "rclone:strongroom", "--option", "rclone.connections=2"];
    const program = ["--option", `rclone.program=${sshCommand(this.target, this.files)}`];
    return spawn("restic", [...options, ...program, ...args], {
      env: { ...process.env, RESTIC_PASSWORD: PASSWORD, TMPDIR: "/tmp", GOMAXPROCS: "2" },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}

/** @throws Error for what nobody has sent */
function dump(snapshot: string, path: string): string[] {
  if (!isOwn(snapshot, path))
    throw new Error(
      `${JSON.stringify(path)} of snapshot ${JSON.stringify(snapshot)} is not one of this stack's`,
    );
  return ["dump", "--no-lock", "--", snapshot, path];
}

function endOf(child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (chunk: string) => (said = (said + chunk).slice(-8000)));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`restic ended with ${code ?? signal}: ${reasonIn(said)}`)),
    );
  });
}

/** The lines that say why, without the notices of the target's rclone and the traces of restic's own stack. */
export function reasonIn(said: string): string {
  const lines = said
    .split("\n")
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== "" &&
        !/NOTICE:|returned error, retrying|^(github\.com|main\.|runtime\.|\/|golang)/.test(line),
    );
  return lines.slice(-4).join("; ").slice(0, ERROR_CHARACTERS) || "it gave no reason";
}
