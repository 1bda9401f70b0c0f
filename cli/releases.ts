import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ContainerState, docker, dockerTry, inspectContainers } from "../operations/docker";
import { EdgeHost, routedContainers } from "../operations/edge-host";
import type { Context } from "./context";
import type { Redactor } from "./redact";
import type { ContainerFound } from "./settle/decisions";
import { takeInventory } from "./settle/inventory";

/** Lines of a container's log that are kept. */
const keptLines = 2000;

/** How many of them are shown. */
export const shownLines = 15;

/** Log files that are kept for a stack; the oldest go first. */
const keptFiles = 40;

/** A release that did not get into service, with what its containers said last. */
export interface FailedRelease {
  service: string;
  release: string;
  /** Why it failed, where Docker knows it. */
  cause?: string;
  /** Where its log is kept. */
  logFile: string;
  lastLines: string[];
}

/** What became of the releases in an update that failed. */
export interface Outcome {
  failed: FailedRelease[];
  /** Releases by service that get traffic. */
  inService: Record<string, string>;
}

/**
 * Containers of releases that failed: of the release that the update was to bring into service, and not routed
 * to. Others without a route are on their way out and drain.
 * @param wanted releases by service, as the update's program named them
 */
export function findFailed(
  containers: ContainerFound[],
  routed: ReadonlySet<string>,
  wanted: Record<string, string>,
): ContainerFound[] {
  return containers.filter(
    ({ role, name, service, release }) =>
      role === "service" && wanted[service] === release && !routed.has(name),
  );
}

/**
 * What Docker knows of why a release's containers failed: a program that the kernel ends for its memory cannot say so
 * itself, nor one what its health check finds.
 * @param killedBefore ids of those that ran out of memory at some time: a container's state tells of its last end alone
 */
export function causeOf(
  service: string,
  containers: Pick<ContainerState, "Id" | "Name" | "State" | "HostConfig">[],
  killedBefore: ReadonlySet<string>,
): string | undefined {
  const killed = containers.find(({ Id, State }) => State.OOMKilled || killedBefore.has(Id));
  if (!killed) return unhealthyCause(containers);
  const limit = Math.round(killed.HostConfig.Memory / 1024 ** 2);
  return `out of memory: ${killed.Name.slice(1)} was killed at its limit of ${limit} MiB (services.${service}.limits.memoryMiB)`;
}

/** What a container's own health check said last. */
function unhealthyCause(containers: Pick<ContainerState, "Name" | "State">[]): string | undefined {
  const sick = containers.find(({ State }) => State.Running && State.Health?.Status === "unhealthy");
  if (!sick) return undefined;
  const said = sick.State.Health?.Log?.at(-1)?.Output.trim().slice(0, LONGEST_OUTPUT);
  return `health check: ${sick.Name.slice(1)} is unhealthy${said ? `: ${said}` : ""}`;
}

/** Characters of what a health check printed: enough for an error, not for a page. */
const LONGEST_OUTPUT = 300;

/** How far back Docker is asked for its events: as long as an update waits for a release, and more. */
const eventsSince = "15m";

/**
 * Which of these containers ran out of memory of late, by Docker's own events: those that it restarts may have come to
 * another end since. Docker keeps the last 256 events of all containers, so none here says nothing.
 */
export async function outOfMemory(endpoint: string, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const filters = ids.map((id) => `--filter=container=${id}`);
  const span = [`--since=${eventsSince}`, "--until=0s", "--filter=event=oom"];
  // A host whose clock is behind waits for that time: what it has said by then is enough.
  const { stdout } = await dockerTry(endpoint, ["events", ...span, ...filters, "--format={{.Actor.ID}}"], {
    timeoutSeconds: 10,
  });
  return new Set(stdout.split("\n").filter((id) => ids.includes(id)));
}

/**
 * After a failed update: keeps the logs of the containers that got no traffic and stops them, so that a bad
 * release does nothing more, in particular not to the database.
 */
export async function shelveFailedReleases(
  context: Context,
  endpoint: string,
  wanted: Record<string, string>,
  redactor: Redactor,
): Promise<Outcome> {
  const edge = await EdgeHost.find(endpoint, context.stack);
  const routed = edge ? routedContainers((await edge.inForce()).content) : new Set<string>();
  const { containers } = await takeInventory(endpoint, context.stack);
  const containersFailed = findFailed(containers, routed, wanted);
  const releases = [
    ...new Set(containersFailed.map(({ service, release }) => `${service} ${release}`)),
  ].sort();
  const failed: FailedRelease[] = [];
  for (const each of releases) {
    const [service = "", release = ""] = each.split(" ");
    const own = containersFailed.filter((c) => c.service === service && c.release === release);
    const ids = own.map(({ id }) => id);
    // Before they are stopped: then Docker tells how they ended last.
    const [states, killed] = await Promise.all([
      inspectContainers(endpoint, ids),
      outOfMemory(endpoint, ids),
    ]);
    const known = causeOf(service, states, killed);
    const cause = known && redactor.text(known);
    const log = (await Promise.all(own.map(({ id, name }) => readLog(endpoint, id, name)))).flat().sort();
    const text = redactor.text(log.map((line) => `${line}\n`).join(""));
    const logFile = keepLog(context, `${service}-${release}`, text);
    failed.push({
      service,
      release,
      ...(cause === undefined ? {} : { cause }),
      logFile,
      lastLines: text.split("\n").filter(Boolean).slice(-shownLines),
    });
  }
  const running = containersFailed.filter(({ status }) =>
    ["running", "restarting", "paused"].includes(status),
  );
  if (running.length > 0) {
    await docker(endpoint, ["stop", ...running.map(({ id }) => id)], { timeoutSeconds: 300 });
  }
  const serving = containers.filter(({ role, name }) => role === "service" && routed.has(name));
  return { failed, inService: Object.fromEntries(serving.map(({ service, release }) => [service, release])) };
}

/** Log lines of a container with their time first, so that those of several replicas sort together. */
async function readLog(endpoint: string, id: string, name: string): Promise<string[]> {
  const { stdout, stderr } = await dockerTry(endpoint, [
    "logs",
    "--timestamps",
    "--tail",
    String(keptLines),
    id,
  ]);
  return `${stdout}\n${stderr}`.split("\n").flatMap((line) => {
    const [, time, rest] = /^(\S+) (.*)$/.exec(line) ?? [];
    return time === undefined ? [] : [`${time} ${name} ${rest}`];
  });
}

/**
 * Keeps a log, the last 40 of a stack.
 * @param text without secrets
 * @returns the file
 */
export function keepLog({ stackDir }: Pick<Context, "stackDir">, name: string, text: string): string {
  const folder = join(stackDir, "logs");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date()
    .toISOString()
    .replaceAll(":", "-")
    .replace(/\.\d+Z$/, "Z");
  const file = join(folder, `${time}-${name}.log`);
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
  // Names begin with the time, so the oldest sort first.
  const oldest = readdirSync(folder).sort().slice(0, -keptFiles);
  for (const old of oldest) rmSync(join(folder, old), { force: true });
  return file;
}
