import { FRONT } from "../../components/edge/layout";
import type { Settings } from "../../config/settings";
import { atLeast } from "../../toolchain/version";
import { archive } from "./archive-check";
import type { Facts, HostFacts, PortFacts } from "./facts";

export type Status = "pass" | "warn" | "fail";

export interface Check {
  name: string;
  status: Status;
  /** What was found. */
  detail: string;
  /** What to do about it; only with warn and fail. */
  remedy?: string;
}

/** First Docker Engine with everything the stack uses: 20.10 has IPv6 rules and the API that the provider speaks. */
export const minimumDocker = "20.10.0";

/** Before 27 Docker manages no IPv6 rules unless it is told to. */
const ipv6RulesByDefault = "27.0.0";

/**
 * A machine sold as "8 GB" shows less: firmware and kernel keep a part. Less than this share of the minimum
 * counts as too small.
 */
const tolerance = 0.9;

/** Free space below which Docker itself starts to fail, in GiB. */
const leastFreeGiB = 2;

/** Certificates are valid from the minute they are made: clocks may differ by this much, in seconds. */
const clockWarnSeconds = 5;
const clockFailSeconds = 60;

/** No machine whose clock is right can run this version before it was made. */
const notBefore = "2026-01-01T00:00:00Z";

const gib = 1024 ** 3;
const show = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;

/** All checks over the gathered facts; those with nothing to say about this stack are left out. */
export function runChecks(facts: Facts, settings: Settings): Check[] {
  return [
    ...facts.hosts.flatMap((host) => [
      docker(host),
      ...(host.engine ? [cpu(host, settings), memory(host, settings), limits(host)] : []),
      ...(host.engine ? disk(host, settings) : []),
      ...(host.engine ? [clock(host, facts.now)] : []),
      ...(host.engine && host.name === settings.edge.host ? ipv6(host, settings) : []),
    ]),
    ...facts.ports.map(port),
    ...facts.archives.map(archive),
    ...facts.domains.map((domain) => dns(domain, settings)),
    ...proxy(facts, settings),
    standIns(facts),
  ];
}

/** Whether `up` may go on. */
export function mayProceed(checks: Check[]): boolean {
  return checks.every(({ status }) => status !== "fail");
}

function docker({ name, endpoint, engine, error }: HostFacts): Check {
  const check = { name: `docker (${name})` };
  if (!engine) {
    return {
      ...check,
      status: "fail",
      detail: `${endpoint}: ${error}`,
      remedy: "start Docker there, or correct hosts.<name>.docker",
    };
  }
  const detail = `Engine ${engine.version} at ${endpoint}`;
  if (atLeast(engine.version, minimumDocker)) return { ...check, status: "pass", detail };
  return { ...check, status: "fail", detail, remedy: `upgrade Docker Engine to ${minimumDocker} or newer` };
}

function cpu({ name, engine }: HostFacts, { profile }: Settings): Check {
  const { cpus } = engine!;
  const { vcpus } = profile.minimum;
  const check = { name: `cpu (${name})`, detail: `${cpus} CPUs; ${profile.title} asks for ${vcpus}` };
  if (cpus >= vcpus) return { ...check, status: "pass" };
  return { ...check, status: "fail", remedy: `give the machine ${vcpus} CPUs` };
}

/**
 * Memory at which every service could change at once, in MiB, the sum of limits: front, database, backup sidecar, shipper, archiver,
 * two edges, and two releases of every service; one of those that are stopped before the next starts.
 */
export function memoryNeed({ edge, database, backup, services }: Settings, host: string): number {
  const each = [
    ...(edge.host === host ? [FRONT.limits.memoryMiB, 2 * edge.limits.memoryMiB] : []),
    ...(database.host === host
      ? [
          database.limits.memoryMiB,
          backup?.limits.memoryMiB ?? 0,
          backup?.offsite?.limits.memoryMiB ?? 0,
          backup?.pointInTime?.limits.memoryMiB ?? 0,
        ]
      : []),
    ...Object.values(services)
      .filter((service) => service.host === host)
      .map(
        ({ strategy, replicas, limits }) => (strategy === "rolling" ? 2 : 1) * replicas * limits.memoryMiB,
      ),
  ];
  return each.reduce((sum, part) => sum + part, 0);
}

function memory({ name, engine }: HostFacts, settings: Settings): Check {
  const { memoryBytes } = engine!;
  const { title, minimum } = settings.profile;
  const need = memoryNeed(settings, name) * 1024 * 1024;
  const check = {
    name: `memory (${name})`,
    detail: `${show(memoryBytes)}; ${title} asks for ${minimum.memoryGiB} GiB, a change of all services may use ${show(need)}`,
  };
  if (memoryBytes < minimum.memoryGiB * gib * tolerance) {
    return { ...check, status: "fail", remedy: `give the machine ${minimum.memoryGiB} GiB of memory` };
  }
  if (memoryBytes < need) {
    return {
      ...check,
      status: "warn",
      remedy: "add memory, or lower replicas or limits.memoryMiB: a release change may run out of it",
    };
  }
  return { ...check, status: "pass" };
}

function limits({ name, engine }: HostFacts): Check {
  const check = { name: `limits (${name})` };
  if (engine!.missingLimits.length === 0)
    return { ...check, status: "pass", detail: "memory, CPU and process limits are enforced" };
  return {
    ...check,
    status: "warn",
    detail: `the kernel does not enforce limits of ${engine!.missingLimits.join(", ")}`,
    remedy: "enable these control groups (kernel parameters cgroup_enable=memory swapaccount=1)",
  };
}

function disk({ name, local, disk: found, engine }: HostFacts, { profile }: Settings): Check[] {
  const { diskGiB } = profile.minimum;
  const check = { name: `disk (${name})` };
  if (!found) {
    if (local) return [];
    return [
      {
        ...check,
        status: "warn",
        detail: `not seen from here; ${profile.title} asks for ${diskGiB} GiB`,
        remedy: "run `df -h /var/lib/docker` there",
      },
    ];
  }
  const detail = `${show(found.freeBytes)} of ${show(found.totalBytes)} free in ${engine!.dataRoot}; ${profile.title} asks for ${diskGiB} GiB`;
  if (found.totalBytes < diskGiB * gib * tolerance || found.freeBytes < leastFreeGiB * gib) {
    return [
      {
        ...check,
        status: "fail",
        detail,
        remedy: `give it ${diskGiB} GiB, or free space (\`docker system df\` shows what takes it)`,
      },
    ];
  }
  // A restore and a major upgrade keep the old volume beside the new one, and a dump is tested in a third.
  if (found.freeBytes < (diskGiB * gib) / 3) {
    return [
      {
        ...check,
        status: "warn",
        detail,
        remedy: "free space: a restore keeps the old volume beside the new one",
      },
    ];
  }
  return [{ ...check, status: "pass", detail }];
}

function clock({ name, engine }: HostFacts, now: string): Check {
  const check = { name: `clock (${name})` };
  const remedy = "set the clocks and keep them by NTP (timedatectl set-ntp true)";
  if (Date.parse(now) < Date.parse(notBefore)) {
    return { ...check, status: "fail", detail: `this machine says ${now}`, remedy };
  }
  const skew = Math.abs(Date.parse(now) - Date.parse(engine!.time)) / 1000;
  const detail = `differs from this machine's by ${skew.toFixed(1)} s`;
  const status = skew > clockFailSeconds ? "fail" : skew > clockWarnSeconds ? "warn" : "pass";
  return status === "pass" ? { ...check, status, detail } : { ...check, status, detail, remedy };
}

function ipv6({ name, engine, ipv6Rules }: HostFacts, { edge }: Settings): Check[] {
  if (!edge.addresses.some((address) => address.includes(":"))) return [];
  const check = { name: `ipv6 (${name})` };
  if (atLeast(engine!.version, ipv6RulesByDefault) || ipv6Rules) {
    return [{ ...check, status: "pass", detail: "Docker manages IPv6 rules: clients keep their address" }];
  }
  return [
    {
      ...check,
      status: ipv6Rules === undefined ? "warn" : "fail",
      detail: `Docker ${engine!.version} ${ipv6Rules === undefined ? "may not manage" : "does not manage"} IPv6 rules: every IPv6 client would look like the edge's gateway`,
      remedy:
        'put {"experimental": true, "ip6tables": true} into /etc/docker/daemon.json and restart Docker, or upgrade it to 27',
    },
  ];
}

function port({ host, address, port: number, state, holder }: PortFacts): Check {
  const at = `${address.includes(":") ? `[${address}]` : address}:${number}`;
  const check = { name: `port ${at}` };
  switch (state) {
    case "free":
      return { ...check, status: "pass", detail: "free" };
    case "own":
      return { ...check, status: "pass", detail: "held by this stack's edge" };
    case "unknown":
      return {
        ...check,
        status: "warn",
        detail: `cannot be told for host ${host} from here`,
        remedy: `run \`ss -ltn\` there`,
      };
    case "no-such-address":
      return {
        ...check,
        status: "fail",
        detail: `this machine has no address ${address}`,
        remedy: "correct edge.addresses",
      };
    case "taken":
      return {
        ...check,
        status: "fail",
        detail: `taken${holder ? ` by ${holder}` : ""}`,
        remedy: holder
          ? "stop it, or change edge.ports"
          : `see \`ss -ltnp 'sport = :${number}'\`, then stop it or change edge.ports`,
      };
  }
}

function dns({ domain, addresses, error }: Facts["domains"][number], settings: Settings): Check {
  const check = { name: `dns ${domain}` };
  const wanted = settings.hosts[settings.edge.host]?.addresses ?? [];
  if (error !== undefined) {
    return {
      ...check,
      status: "warn",
      detail: error,
      remedy:
        settings.dns.provider === "cloudflare"
          ? "the stack makes the record"
          : `point it at ${wanted.join(", ") || "the edge's host"}`,
    };
  }
  const detail = addresses.join(", ");
  const others = addresses.filter((address) => !wanted.includes(address));
  if (wanted.length > 0 && others.length > 0) {
    return {
      ...check,
      status: "warn",
      detail,
      remedy: `hosts.${settings.edge.host}.addresses has ${wanted.join(", ")}: correct one of the two`,
    };
  }
  return { ...check, status: "pass", detail };
}

function proxy({ proxyVariables, outboundProxy }: Facts, { edge }: Settings): Check[] {
  return [
    ...(proxyVariables.length > 0
      ? [
          {
            name: "proxy of this shell",
            status: "pass" as const,
            detail: `${proxyVariables.join(", ")} set: used for downloads, not by the stack (outboundProxy is)`,
          },
        ]
      : []),
    ...(outboundProxy
      ? [
          outboundProxy.reachable
            ? { name: "outboundProxy", status: "pass" as const, detail: `${outboundProxy.host} answers` }
            : {
                name: "outboundProxy",
                status: "warn" as const,
                detail: `${outboundProxy.host} does not answer this machine`,
                remedy: `check that host ${edge.host} reaches it`,
              },
        ]
      : []),
  ];
}

function standIns({ standIns: names }: Facts): Check {
  const check = { name: "plugins" };
  if (names.length === 0) return { ...check, status: "pass", detail: "official plugins only" };
  return {
    ...check,
    status: "warn",
    detail: `stand-ins in use: ${names.join(", ")}`,
    remedy: "fine for tests and air-gapped sites; elsewhere set STRONGROOM_PLUGINS=official",
  };
}
