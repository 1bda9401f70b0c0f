import { execFile } from "node:child_process";
import { resolve4, resolve6 } from "node:dns/promises";
import { statfs } from "node:fs/promises";
import { createServer, connect } from "node:net";
import { promisify } from "node:util";
import type { Secret } from "../../config/secret";
import type { Settings } from "../../config/settings";
import { dockerTry } from "../../operations/docker";
import { secretsIn } from "../stack-config";
import { archiveFacts } from "./gather-archives";
import type { DomainFacts, EngineFacts, Facts, HostFacts, PortFacts } from "./facts";

/** How long names and proxies may take to answer, in milliseconds. */
const answerMs = 3000;

/** Gathers what the checks need, all at once; never throws for what it finds. */
export async function gatherFacts(settings: Settings, standIns: string[]): Promise<Facts> {
  const [hosts, ports, domains, outboundProxy, archives] = await Promise.all([
    Promise.all(Object.entries(settings.hosts).map(([name, { docker }]) => hostFacts(name, docker))),
    portFacts(settings),
    Promise.all(publicDomains(settings).map(domainFacts)),
    proxyFacts(settings.outboundProxy?.url),
    archiveFacts(settings),
  ]);
  return {
    hosts,
    ports,
    now: new Date().toISOString(),
    domains,
    proxyVariables: ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].filter(
      (name) => process.env[name],
    ),
    ...(outboundProxy ? { outboundProxy } : {}),
    standIns,
    archives,
  };
}

async function hostFacts(name: string, endpoint: string): Promise<HostFacts> {
  const local = endpoint.startsWith("unix:");
  const found = await dockerTry(endpoint, ["info", "--format", "{{json .}}"], { timeoutSeconds: 20 });
  const info = parseInfo(found.stdout);
  if (!info) return { name, endpoint, local, error: found.stderr.trim().split("\n").at(-1) || "no answer" };
  const [disk, ipv6Rules] = local ? await Promise.all([diskFacts(info.dataRoot), hasIpv6Rules()]) : [];
  return {
    name,
    endpoint,
    local,
    engine: info,
    ...(disk ? { disk } : {}),
    ...(ipv6Rules === undefined ? {} : { ipv6Rules }),
  };
}

function parseInfo(json: string): EngineFacts | undefined {
  try {
    const info = JSON.parse(json) as Record<string, unknown>;
    if (!info.ServerVersion) return undefined;
    const limits = { memory: info.MemoryLimit, cpus: info.CpuCfsQuota, processes: info.PidsLimit };
    return {
      id: String(info.ID),
      version: String(info.ServerVersion),
      cpus: Number(info.NCPU),
      memoryBytes: Number(info.MemTotal),
      time: String(info.SystemTime),
      dataRoot: String(info.DockerRootDir),
      missingLimits: Object.entries(limits).flatMap(([limit, enforced]) => (enforced ? [] : [limit])),
    };
  } catch {
    return undefined;
  }
}

async function diskFacts(path: string): Promise<HostFacts["disk"]> {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return undefined;
  }
}

/** Docker's own chain is there if it manages IPv6 rules; undefined when only root could see it. */
async function hasIpv6Rules(): Promise<boolean | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return promisify(execFile)("ip6tables", ["-t", "nat", "-n", "-L", "DOCKER"]).then(
    () => true,
    () => false,
  );
}

async function portFacts({ stack, hosts, edge }: Settings): Promise<PortFacts[]> {
  const endpoint = hosts[edge.host]?.docker ?? "";
  const format = `{{.Names}}\t{{.Label "strongroom.stack"}}\t{{.Label "strongroom.role"}}\t{{.Ports}}`;
  const listing = await dockerTry(endpoint, ["ps", "--format", format], { timeoutSeconds: 20 });
  const containers = listing.stdout.split("\n").map((line) => line.split("\t"));
  const wanted = edge.addresses.flatMap((address) =>
    Object.values(edge.ports).map((port) => ({ host: edge.host, address, port })),
  );
  return Promise.all(
    wanted.map(async ({ host, address, port }): Promise<PortFacts> => {
      const holder = containers.find(([, , , published = ""]) => publishes(published, address, port));
      const [name = "", ofStack, role] = holder ?? [];
      if (holder && ofStack === stack && role === "edge-front") return { host, address, port, state: "own" };
      if (holder) return { host, address, port, state: "taken", holder: `container ${name}` };
      return {
        host,
        address,
        port,
        state: endpoint.startsWith("unix:") ? await tryPort(address, port) : "unknown",
      };
    }),
  );
}

/** @param published Docker's list, e.g. `127.0.0.1:8443->8443/tcp, :::80->80/tcp` */
export function publishes(published: string, address: string, port: number): boolean {
  const everywhere = ["0.0.0.0", "::", "[::]"];
  return published.split(", ").some((entry) => {
    const at = /^(.*):(\d+)->/.exec(entry);
    if (!at || Number(at[2]) !== port) return false;
    const bound = at[1]!.replace(/^\[|\]$/g, "");
    return bound === address || everywhere.includes(bound) || everywhere.includes(address);
  });
}

function tryPort(address: string, port: number): Promise<PortFacts["state"]> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      // Docker binds as root: a low port that is closed to this user is not closed to it.
      const states: Record<string, PortFacts["state"]> = {
        EADDRINUSE: "taken",
        EADDRNOTAVAIL: "no-such-address",
      };
      resolve(states[code ?? ""] ?? "unknown");
    });
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve("free")));
  });
}

/** Names that only this machine or a private network can resolve are not asked for. */
function publicDomains({ services }: Settings): string[] {
  const domains = new Set(Object.values(services).map(({ domain }) => domain));
  return [...domains]
    .filter((domain) => !/(^|\.)(localhost|test|internal|local|home\.arpa)$/.test(domain))
    .sort();
}

async function domainFacts(domain: string): Promise<DomainFacts> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("no answer")), answerMs).unref();
  });
  const ask = (resolve: (name: string) => Promise<string[]>) => Promise.race([resolve(domain), late]);
  const answers = await Promise.allSettled([ask(resolve4), ask(resolve6)]);
  const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  if (addresses.length > 0) return { domain, addresses };
  const reason = answers[0].status === "rejected" ? (answers[0].reason as NodeJS.ErrnoException) : undefined;
  return { domain, addresses, error: `has no address (${reason?.code ?? reason?.message ?? "no answer"})` };
}

/** Whether the proxy takes connections; nothing is known of one whose URL only the engine can decrypt. */
async function proxyFacts(given: string | Secret | undefined): Promise<Facts["outboundProxy"]> {
  const [url] = typeof given === "string" ? [given] : secretsIn(given);
  if (url === undefined) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname,
      port: Number(port || (protocol === "https:" ? 443 : 80)),
      timeout: answerMs,
    });
    const end = (reachable: boolean) => {
      socket.destroy();
      resolve({ host: hostname, reachable });
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
