import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Duplex } from "node:stream";
import { OperationError } from "./errors";

export interface DockerOptions {
  /** Bytes or text for the command's stdin. */
  input?: string | Uint8Array;
  /** Seconds until the call is given up; default 60. */
  timeoutSeconds?: number;
}

export interface DockerResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs the docker CLI against an endpoint, whatever the environment says, and never throws for its exit code.
 * @throws OperationError when the CLI is not there
 */
export async function dockerTry(
  endpoint: string,
  args: string[],
  options: DockerOptions = {},
): Promise<DockerResult> {
  // Imported here: it is an ES module, and what only needs the types of this file should not load it.
  const { execa } = await import("execa");
  const result = await execa("docker", ["--host", endpoint, ...args], {
    reject: false,
    input: options.input ?? "",
    timeout: (options.timeoutSeconds ?? 60) * 1000,
    // Ctrl-C reaches the whole process group; a step that has begun is settled first.
    detached: true,
    cleanup: false,
    env: { DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined, STRONGROOM_RUN: process.env.STRONGROOM_RUN },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.exitCode === undefined && result.code === "ENOENT") {
    throw new OperationError(
      "docker: command not found; install the Docker CLI on the machine that runs strongroom",
    );
  }
  return { exitCode: result.exitCode ?? 124, stdout: String(result.stdout), stderr: String(result.stderr) };
}

/**
 * Starts the docker CLI against an endpoint, whatever the environment says, for what is more than one question and one
 * answer. Ctrl-C does not reach it, as with `dockerTry`.
 */
export function spawnDocker(endpoint: string, args: string[]): ChildProcessWithoutNullStreams {
  return spawn("docker", ["--host", endpoint, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  });
}

/**
 * Runs the docker CLI against an endpoint as a stream: what is written is the command's stdin, what is read its
 * stdout. The stream's end ends the command; when the command fails, the stream ends early.
 */
export function dockerStream(endpoint: string, args: string[]): Duplex {
  const child = spawnDocker(endpoint, args);
  child.stderr.resume();
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.once("error", (error) => stream.destroy(error));
  // Whoever reads or writes is told as well; after that nobody listens, and the command's end comes as an error too.
  stream.on("error", () => undefined);
  stream.once("close", () => child.kill());
  return stream;
}

/**
 * As `dockerTry`, for calls that must succeed.
 * @returns stdout without its last newline
 * @throws OperationError with Docker's own message
 */
export async function docker(endpoint: string, args: string[], options: DockerOptions = {}): Promise<string> {
  const result = await dockerTry(endpoint, args, options);
  if (result.exitCode !== 0) {
    throw new OperationError(
      `docker ${args[0] ?? ""} on ${endpoint}: ${result.stderr.trim() || `exit code ${result.exitCode}`}`,
    );
  }
  return result.stdout;
}

/** What `docker inspect` tells of a container, as far as operations use it. */
export interface ContainerState {
  Id: string;
  Name: string;
  State: {
    Status: string;
    Running: boolean;
    ExitCode: number;
    OOMKilled: boolean;
    /** With its last checks, the oldest first, and what each printed. */
    Health?: { Status: string; Log?: { ExitCode: number; Output: string }[] | null };
  };
  Config: { Labels: Record<string, string>; Env?: string[] };
  /** Memory limit in bytes, 0 without one. */
  HostConfig: { Memory: number };
}

/**
 * Inspects containers by id or name; those that are not there are left out.
 * @throws OperationError when Docker gives no answer, which must not be taken for "none there"
 */
export function inspectContainers(endpoint: string, ids: string[]): Promise<ContainerState[]> {
  return inspectPresent<ContainerState>(endpoint, "container", ids);
}

/** What Docker knows of the containers with all these labels, running or not. */
export async function findContainers(
  endpoint: string,
  labels: Record<string, string>,
): Promise<ContainerState[]> {
  return inspectContainers(endpoint, await containersWith(endpoint, labels));
}

/**
 * Removes containers, running or not, with the volumes without a name that Docker made for them. A name or id that
 * is not there is fine.
 * @throws OperationError with Docker's own message
 */
export async function removeContainers(endpoint: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await dockerOnPresent(endpoint, "container", ["rm", "--force", "--volumes", ...ids]);
}

/**
 * As `docker`, for calls about containers or images of which some may not be there: those are left out.
 * @throws OperationError with Docker's own message of anything else, or its exit code where it gave none
 */
export async function dockerOnPresent(
  endpoint: string,
  kind: "container" | "image",
  args: string[],
): Promise<string> {
  const { exitCode, stdout, stderr } = await dockerTry(endpoint, args);
  const lines = stderr.split("\n").filter(Boolean);
  const failed = lines.filter((line) => !line.toLowerCase().includes(`no such ${kind}`));
  // A call that was given up says nothing.
  if (failed.length > 0 || (exitCode !== 0 && lines.length === 0))
    throw new OperationError(
      `docker ${args[0] ?? ""} on ${endpoint}: ${failed.join("; ") || `exit code ${exitCode}`}`,
    );
  return stdout;
}

/**
 * Inspects containers or images by id or name; those that are not there are left out.
 * @throws OperationError with Docker's own message of anything else
 */
export async function inspectPresent<T>(
  endpoint: string,
  kind: "container" | "image",
  ids: string[],
): Promise<T[]> {
  if (ids.length === 0) return [];
  return JSON.parse((await dockerOnPresent(endpoint, kind, [kind, "inspect", ...ids])) || "[]") as T[];
}

/** Flags that give what a command makes these labels. */
export function labelFlags(labels: Record<string, string>): string[] {
  return Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
}

/** Flags of every container that a verb runs: it can write nowhere but to its mounts, and gains nothing. */
export const HARDENED = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** Flags of a container that runs something for a while: hardened, with limits and a /tmp of 64 MiB. */
export function confined(limits: {
  user: { uid: number; gid: number };
  memoryMiB: number;
  /** Processes and threads. */
  processes: number;
}): string[] {
  const { user, memoryMiB, processes } = limits;
  return [
    `--user=${user.uid}:${user.gid}`,
    ...HARDENED,
    `--memory=${memoryMiB}m`,
    `--memory-swap=${memoryMiB}m`,
    `--pids-limit=${processes}`,
    "--tmpfs=/tmp:rw,noexec,nosuid,nodev,size=64m,mode=1777",
    "--log-opt=max-size=10m",
  ];
}

/** Ids (64 digits) of the containers with all these labels, running or not. */
export async function containersWith(endpoint: string, labels: Record<string, string>): Promise<string[]> {
  const filters = Object.entries(labels).flatMap(([key, value]) => ["--filter", `label=${key}=${value}`]);
  const out = await docker(endpoint, ["ps", "--all", "--quiet", "--no-trunc", ...filters]);
  return out.split("\n").filter(Boolean);
}
