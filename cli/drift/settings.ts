import type { Facts } from "./container";

type Values = Record<string, unknown>;

/** Settings of a container's namespaces, devices, kernel, limits, log and health check, as Docker tells them. */
export interface InspectedSettings {
  IpcMode: string;
  UTSMode: string;
  UsernsMode: string;
  CgroupnsMode: string;
  PidsLimit: number | null;
  CpuShares: number;
  CpusetCpus: string;
  CpuPeriod: number;
  CpuQuota: number;
  MemoryReservation: number;
  Devices: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null;
  DeviceRequests: unknown[] | null;
  DeviceCgroupRules: string[] | null;
  Sysctls?: Record<string, string> | null;
  LogConfig: { Type: string; Config: Record<string, string> | null };
}

/** A health check; durations in nanoseconds, absent ones are Docker's defaults. */
export interface InspectedCheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}

const MIB = 1024 * 1024;
const OWN = "its own";
const CHECK = "health check";

/** What state says of them. What it leaves to the daemon or the image, and Docker fills in, is left out. */
export function expectedSettings(inputs: Values): Facts {
  const { devices, deviceRequests, deviceCgroupRules, gpus, healthcheck, logDriver } = inputs;
  const facts: Facts = new Map([
    ["IPC namespace", namespace(inputs.ipcMode)],
    ["UTS namespace", OWN],
    ["user namespace", namespace(inputs.usernsMode)],
    ["process limit", "none"],
    ["cpu shares", String(Number(inputs.cpuShares ?? 0))],
    ["cpu set", String(inputs.cpuSet ?? "")],
    ["cpu period", String(Number(inputs.cpuPeriod ?? 0))],
    ["cpu quota", String(Number(inputs.cpuQuota ?? 0))],
    ["memory reservation", `${Number(inputs.memoryReservation ?? 0)} MiB`],
    ["device requests", String(entries(deviceRequests).length + (gpus === undefined ? 0 : 1))],
    ["device rules", entries(deviceCgroupRules).map(String).sort().join(", ")],
  ]);
  if (inputs.cgroupnsMode !== undefined) facts.set("control group namespace", String(inputs.cgroupnsMode));
  for (const { hostPath, containerPath, permissions } of entries(devices) as Values[])
    facts.set(...device(String(hostPath), String(containerPath ?? hostPath), String(permissions ?? "rwm")));
  for (const [name, value] of Object.entries((inputs.sysctls ?? {}) as Values))
    facts.set(`kernel setting ${name}`, String(value));
  if (logDriver !== undefined) {
    facts.set("log driver", String(logDriver));
    for (const [name, value] of Object.entries((inputs.logOpts ?? {}) as Values))
      facts.set(`log option ${name}`, String(value));
  }
  if (healthcheck !== undefined) facts.set(CHECK, spelledCheck(fromInputs(healthcheck as Values)));
  return facts;
}

/**
 * The same of a container on its host.
 * @param inputs by which it is known what was left to the daemon
 * @param check the health check that it has; `ofImage` what its image has
 */
export function foundSettings(
  settings: InspectedSettings,
  inputs: Values,
  check: InspectedCheck | null | undefined,
  ofImage: InspectedCheck | null | undefined,
): Facts {
  const { PidsLimit, LogConfig } = settings;
  const facts: Facts = new Map([
    ["IPC namespace", namespace(settings.IpcMode)],
    ["UTS namespace", namespace(settings.UTSMode)],
    ["user namespace", namespace(settings.UsernsMode)],
    // 0 and -1 are none, too.
    ["process limit", PidsLimit !== null && PidsLimit > 0 ? String(PidsLimit) : "none"],
    ["cpu shares", String(settings.CpuShares)],
    ["cpu set", settings.CpusetCpus],
    ["cpu period", String(settings.CpuPeriod)],
    ["cpu quota", String(settings.CpuQuota)],
    ["memory reservation", `${settings.MemoryReservation / MIB} MiB`],
    ["device requests", String(settings.DeviceRequests?.length ?? 0)],
    ["device rules", [...(settings.DeviceCgroupRules ?? [])].sort().join(", ")],
  ]);
  if (inputs.cgroupnsMode !== undefined) facts.set("control group namespace", settings.CgroupnsMode);
  for (const { PathOnHost, PathInContainer, CgroupPermissions } of settings.Devices ?? [])
    facts.set(...device(PathOnHost, PathInContainer, CgroupPermissions));
  for (const [name, value] of Object.entries(settings.Sysctls ?? {}))
    facts.set(`kernel setting ${name}`, value);
  if (inputs.logDriver !== undefined) {
    facts.set("log driver", LogConfig.Type);
    for (const [name, value] of Object.entries(LogConfig.Config ?? {}))
      facts.set(`log option ${name}`, value);
  }
  if (inputs.healthcheck !== undefined || spelledCheck(check) !== spelledCheck(ofImage))
    facts.set(CHECK, spelledCheck(check));
  return facts;
}

/** One that it shares with nobody has many names; that other containers may join it is the daemon's default. */
function namespace(mode: unknown): string {
  return ["", "private", "shareable"].includes(String(mode ?? "")) ? OWN : String(mode);
}

function device(outside: string, inside: string, permissions: string): [string, string] {
  return [`device ${inside}`, `${outside}, ${permissions}`];
}

function fromInputs({ tests, interval, timeout, startPeriod, retries }: Values): InspectedCheck {
  return {
    Test: entries(tests).map(String),
    Interval: nanoseconds(interval),
    Timeout: nanoseconds(timeout),
    StartPeriod: nanoseconds(startPeriod),
    Retries: Number(retries ?? 0),
  };
}

function spelledCheck(check: InspectedCheck | null | undefined): string {
  const { Test = [], Interval = 0, Timeout = 0, StartPeriod = 0, Retries = 0 } = check ?? {};
  const [every, within, after] = [Interval, Timeout, StartPeriod].map((duration) => `${duration / 1e9} s`);
  return `${JSON.stringify(Test)} every ${every}, within ${within}, after ${after}, ${Retries} times`;
}

/** Length of one unit of Go's durations, nanoseconds (package time, ParseDuration). */
const UNITS: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 6e10, h: 3.6e12 };

/** A duration such as `2m0s`, nanoseconds. */
function nanoseconds(duration: unknown): number {
  const parts = String(duration ?? "").matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * UNITS[unit!]!, 0);
}

function entries(values: unknown): unknown[] {
  return Array.isArray(values) ? values : [];
}
