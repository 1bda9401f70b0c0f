import type { types } from "@pulumi/docker";
import type * as docker from "@pulumi/docker";
import type { HealthCheck, Limits } from "../../config/settings";

type Tmpfs = Record<string, { uid: number; gid: number; sizeMiB: number; mode?: string }>;

/** The part of a container that differs between edge, services and database; the rest is the same for all. */
export interface HardenedArgs {
  user: { uid: number; gid: number };
  limits: Limits;
  capabilities: string[];
  healthCheck: HealthCheck;
  stopSignal: string;
  /** Seconds between the stop signal and SIGKILL. */
  stopGraceSeconds: number;
  /** Writable memory file systems by path; the root file system is read-only. */
  tmpfs: Tmpfs;
}

const MIB = 1024 * 1024;

/**
 * Arguments that every container of the stack has: CIS Docker Benchmark 1.6, section 5 (5.4 capabilities,
 * 5.11 memory, 5.12 CPU, 5.13 read-only root, 5.15 restart policy, 5.26 no-new-privileges, 5.27 health check,
 * 5.29 process limit) and 4.1 (user). Without `destroyGraceSeconds` the provider would kill at once.
 */
export function hardenedArgs(args: HardenedArgs) {
  const { limits, healthCheck } = args;
  return {
    user: `${args.user.uid}:${args.user.gid}`,
    readOnly: true,
    capabilities: {
      drops: ["ALL"],
      ...(args.capabilities.length > 0 ? { adds: args.capabilities.map(capabilityName).sort() } : {}),
    },
    securityOpts: ["no-new-privileges:true"],
    memory: limits.memoryMiB,
    // Equal to memory: no swap, so that a limit means what it says.
    memorySwap: limits.memoryMiB,
    // Docker reports 1 as "1.0".
    cpus: Number.isInteger(limits.cpus) ? limits.cpus.toFixed(1) : String(limits.cpus),
    ulimits: [{ name: "nproc", soft: limits.processes, hard: limits.processes }],
    tmpfs: renderTmpfs(args.tmpfs),
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
    restart: "unless-stopped",
    healthcheck: renderHealthCheck(healthCheck),
    wait: true,
    waitTimeout: healthDeadlineSeconds(healthCheck),
    stopSignal: args.stopSignal,
    stopTimeout: args.stopGraceSeconds,
    destroyGraceSeconds: args.stopGraceSeconds,
    mustRun: true,
  } satisfies Partial<docker.ContainerArgs>;
}

/** Docker reports capabilities with their prefix; any other spelling would be a difference at every refresh. */
function capabilityName(name: string): string {
  const upper = name.toUpperCase();
  return upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
}

/** Docker's tmpfs option strings by path; never executable, no devices, no set-user-id. */
export function renderTmpfs(tmpfs: Tmpfs): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tmpfs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, t]) => [
        path,
        `rw,noexec,nosuid,nodev,size=${t.sizeMiB * MIB},uid=${t.uid},gid=${t.gid},mode=${t.mode ?? "0700"}`,
      ]),
  );
}

function renderHealthCheck(check: HealthCheck): types.input.ContainerHealthcheck {
  return {
    tests: check.test,
    interval: goDuration(check.intervalSeconds),
    timeout: goDuration(check.timeoutSeconds),
    retries: check.retries,
    startPeriod: goDuration(check.startPeriodSeconds),
  };
}

/** A duration as Docker reports it (120 is "2m0s"): any other spelling is a difference at every preview. */
export function goDuration(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}

/**
 * Seconds after which a container that is not healthy has failed: its start period, then every retry at its
 * slowest, plus one interval for the first probe.
 */
export function healthDeadlineSeconds(check: HealthCheck): number {
  return (
    check.startPeriodSeconds +
    check.retries * (check.intervalSeconds + check.timeoutSeconds) +
    check.intervalSeconds
  );
}
