import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../cli/progress";
import { ToolchainError } from "./errors";
import { withFileLock } from "./file-lock";
import { homeDirectory } from "./paths";
import { isDebian, isRoot, onPath, run, succeeds, systemPath } from "./system";
import { atLeast } from "./version";

/** Docker's own endpoint, the only one at which a daemon can be started from here. */
export const localEndpoint = "unix:///var/run/docker.sock";

/** How long a started daemon may take until it answers, milliseconds. */
const startTimeoutMs = 60_000;

/** What ensureDocker found or did. */
export interface DockerEngine {
  version: string;
  /** Whether it was started by this call. */
  started: boolean;
}

/**
 * Makes sure that a Docker Engine answers at an endpoint: one that runs is used; on Debian, as root, a missing one
 * is installed and started.
 * @param endpoint `unix:///…` or `ssh://user@host[:port]`, from `hosts.<name>.docker`.
 * @throws ToolchainError that says exactly what to do
 */
export async function ensureDocker(endpoint: string, progress: Progress): Promise<DockerEngine> {
  refuseOtherEndpoint(endpoint, process.env.DOCKER_HOST);
  const running = await serverVersion(endpoint);
  if (running.version) return { version: running.version, started: false };
  if (endpoint !== localEndpoint) {
    throw new ToolchainError(
      `No Docker Engine answers at ${endpoint}: ${running.reason}\n${adviceFor(endpoint)}`,
    );
  }
  if (!isRoot() || !isDebian()) {
    throw new ToolchainError(
      `No Docker Engine answers at ${endpoint}: ${running.reason}\n` +
        (running.reason?.includes("permission denied")
          ? "Add yourself to the group that owns the socket (`usermod -aG docker USER`, then log in again)."
          : "Start it (`sudo systemctl start docker`), or install it first: https://docs.docker.com/engine/install/"),
    );
  }
  return progress.step("Preparing Docker Engine", (note) =>
    withFileLock(join(homeDirectory(), "dockerd.lock"), async () => {
      const meanwhile = await serverVersion(endpoint);
      if (meanwhile.version) return { version: meanwhile.version, started: false };
      if (!onPath("dockerd") || !onPath("docker")) await installDocker(note);
      note("starting dockerd");
      return { version: await startDocker(endpoint), started: true };
    }),
  );
}

/**
 * Docker's tools obey DOCKER_HOST; what config says must not be contradicted by it.
 * @throws ToolchainError when they differ
 */
export function refuseOtherEndpoint(endpoint: string, dockerHost: string | undefined): void {
  if (dockerHost && dockerHost !== endpoint) {
    throw new ToolchainError(
      `DOCKER_HOST is ${dockerHost}, the configuration says ${endpoint}: unset DOCKER_HOST, ` +
        "or change hosts.<name>.docker.",
    );
  }
}

async function serverVersion(endpoint: string): Promise<{ version?: string; reason?: string }> {
  const { execa } = await import("execa");
  const result = await execa("docker", ["--host", endpoint, "version", "--format", "{{.Server.Version}}"], {
    reject: false,
    timeout: 20_000,
    env: { PATH: systemPath(), DOCKER_HOST: undefined, DOCKER_CONTEXT: undefined },
  });
  if (result.exitCode === 0) return { version: result.stdout.trim() };
  if (result.code === "ENOENT") return { reason: "the docker command is not installed" };
  const reason = result.timedOut ? "no answer within 20 s" : result.stderr.trim().split("\n").at(-1);
  return { reason: reason ?? "no reason given" };
}

function adviceFor(endpoint: string): string {
  return endpoint.startsWith("ssh://")
    ? `Try \`docker --host ${endpoint} version\`: it must answer without a question.`
    : "Start the daemon that listens there, or correct hosts.<name>.docker.";
}

async function installDocker(note: (text: string) => void): Promise<void> {
  note("installing docker.io");
  await run("apt-get", ["update"], "installing Docker Engine");
  const packages = ["docker.io", "iptables", "debootstrap"];
  // From Debian 13 on the command line tool is a package of its own.
  if (await succeeds("apt-cache", ["show", "docker-cli"])) packages.push("docker-cli");
  await run(
    "apt-get",
    ["install", "--yes", "--no-install-recommends", ...packages],
    "installing Docker Engine",
  );
}

async function startDocker(endpoint: string): Promise<string> {
  const log = join(homeDirectory(), "dockerd.log");
  let ended = false;
  if (existsSync("/run/systemd/system")) {
    await run("systemctl", ["start", "docker"], "starting Docker Engine");
  } else {
    await mountCgroups();
    const { execa } = await import("execa");
    const { stdout } = await execa("dockerd", ["--version"], { env: { PATH: systemPath() } });
    const output = openSync(log, "a");
    // A daemon outlives the run that needed it, its terminal and its signals.
    const daemon = spawn("dockerd", daemonArguments(stdout), {
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...process.env, PATH: systemPath() },
    });
    daemon.once("exit", () => (ended = true)).unref();
  }
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline && !ended; await sleep(250)) {
    const { version } = await serverVersion(endpoint);
    if (version) return version;
  }
  const last = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n") : "";
  throw new ToolchainError(
    ended
      ? `dockerd ended at once; the end of its log (${log}):\n${last}`
      : `Docker Engine was started and did not answer within ${startTimeoutMs / 1000} s (${log}):\n${last}`,
  );
}

/**
 * Options for a daemon that publishes and routes IPv6 as well as IPv4.
 * @param version Output of `dockerd --version`; before 27 rules for IPv6 were an experiment.
 */
export function daemonArguments(version: string, machine = machineId()): string[] {
  const experimental = atLeast(version, "27.0") ? [] : ["--experimental", "--ip6tables=true"];
  return [...experimental, "--ipv6", "--fixed-cidr-v6", uniqueLocalSubnet(machine)];
}

/** A /64 of this machine's own in fd00::/8 (RFC 4193: 40 bits that look random), the same at every start. */
export function uniqueLocalSubnet(machine: string): string {
  const digits = createHash("sha256").update(machine).digest("hex");
  return `fd${digits.slice(0, 2)}:${digits.slice(2, 6)}:${digits.slice(6, 10)}:1::/64`;
}

function machineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim() || hostname();
  } catch {
    return hostname();
  }
}

/** Machines without an init system may lack the control groups that containers are limited by. */
async function mountCgroups(): Promise<void> {
  if (!existsSync("/sys/fs/cgroup") || (await succeeds("mountpoint", ["--quiet", "/sys/fs/cgroup"]))) return;
  await run("mount", ["-t", "cgroup2", "cgroup2", "/sys/fs/cgroup"], "mounting control groups");
}
