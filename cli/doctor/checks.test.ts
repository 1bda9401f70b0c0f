import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readStackFile } from "../../config/file";
import { parseSettings } from "../../config/parse";
import type { Settings } from "../../config/settings";
import { mayProceed, memoryNeed, runChecks, type Status } from "./checks";
import type { EngineFacts, Facts, HostFacts, PortFacts } from "./facts";
import { publishes } from "./gather";

const root = join(__dirname, "../..");
const settings = parseSettings(readStackFile(join(root, "Pulumi.dev.yaml")).raw, {
  stack: "dev",
  stackKey: "0".repeat(64),
  readFile: (path) => readFileSync(join(root, path), "utf8"),
});
const gib = 1024 ** 3;
const now = "2026-06-01T12:00:00.000Z";
const engine: EngineFacts = {
  version: "27.1.0",
  cpus: 8,
  memoryBytes: 32 * gib,
  time: now,
  dataRoot: "/var/lib/docker",
  id: "a",
  missingLimits: [],
};
const host: HostFacts = {
  name: "local",
  endpoint: "unix:///var/run/docker.sock",
  local: true,
  engine,
  disk: { totalBytes: 500 * gib, freeBytes: 400 * gib },
};
const facts: Facts = {
  hosts: [host],
  ports: [],
  now,
  domains: [],
  proxyVariables: [],
  standIns: [],
  archives: [],
};
const withEngine = (more: Partial<EngineFacts>): Facts => ({
  ...facts,
  hosts: [{ ...host, engine: { ...engine, ...more } }],
});
const withHost = (more: Partial<HostFacts>): Facts => ({ ...facts, hosts: [{ ...host, ...more }] });
const withPort = (more: Partial<PortFacts>): Facts => ({
  ...facts,
  ports: [{ host: "local", address: "127.0.0.1", port: 8443, state: "free", ...more }],
});
const dualStack: Settings = { ...settings, edge: { ...settings.edge, addresses: ["127.0.0.1", "::1"] } };
const judge = (given: Facts, name: string, by = settings) =>
  runChecks(given, by).find((check) => check.name.startsWith(name));

it("passes a machine that has everything", () => {
  const checks = runChecks({ ...withPort({}), hosts: [host] }, settings);
  expect(checks.map(({ status }) => status)).toEqual(checks.map(() => "pass"));
  expect(checks.map(({ name }) => name)).toEqual([
    "docker (local)",
    "cpu (local)",
    "memory (local)",
    "limits (local)",
    "disk (local)",
    "clock (local)",
    "port 127.0.0.1:8443",
    "plugins",
  ]);
  expect(mayProceed(checks)).toBe(true);
});

const { minimum } = settings.profile;
const cases: [string, Facts, string, Status, Settings?][] = [
  [
    "Docker that does not answer",
    withHost({ engine: undefined, error: "connection refused" }),
    "docker",
    "fail",
  ],
  ["Docker that is too old", withEngine({ version: "19.03.15" }), "docker", "fail"],
  ["Docker of the minimum version", withEngine({ version: "20.10.24+dfsg1" }), "docker", "pass"],
  ["too few CPUs", withEngine({ cpus: minimum.vcpus - 1 }), "cpu", "fail"],
  ["just enough CPUs", withEngine({ cpus: minimum.vcpus }), "cpu", "pass"],
  ["too little memory", withEngine({ memoryBytes: minimum.memoryGiB * gib * 0.89 }), "memory", "fail"],
  [
    "a machine sold with the minimum",
    withEngine({ memoryBytes: minimum.memoryGiB * gib * 0.95 }),
    "memory",
    "pass",
  ],
  ["no process limits", withEngine({ missingLimits: ["processes"] }), "limits", "warn"],
  [
    "a small disk",
    withHost({ disk: { totalBytes: minimum.diskGiB * gib * 0.8, freeBytes: 4 * gib } }),
    "disk",
    "fail",
  ],
  ["a full disk", withHost({ disk: { totalBytes: 500 * gib, freeBytes: gib } }), "disk", "fail"],
  ["another machine's disk", withHost({ local: false, disk: undefined }), "disk", "warn"],
  ["clocks 20 s apart", withEngine({ time: "2026-06-01T12:00:20Z" }), "clock", "warn"],
  ["clocks two minutes apart", withEngine({ time: "2026-06-01T11:58:00Z" }), "clock", "fail"],
  ["a clock at the epoch", { ...facts, now: "1970-01-01T00:00:00Z" }, "clock", "fail"],
  ["a taken port", withPort({ state: "taken", holder: "container web" }), "port", "fail"],
  ["a port of this stack's own edge", withPort({ state: "own" }), "port", "pass"],
  ["an address of another machine", withPort({ state: "no-such-address" }), "port", "fail"],
  ["a port of another machine", withPort({ state: "unknown" }), "port", "warn"],
  [
    "a name without an address",
    { ...facts, domains: [{ domain: "vault.example.com", addresses: [], error: "ENOTFOUND" }] },
    "dns",
    "warn",
  ],
  [
    "a name with an address",
    { ...facts, domains: [{ domain: "vault.example.com", addresses: ["192.0.2.1"] }] },
    "dns",
    "pass",
  ],
  ["stand-in plugins", { ...facts, standIns: ["pulumi-resource-command"] }, "plugins", "warn"],
  ["IPv6 with a Docker that manages its rules", facts, "ipv6", "pass", dualStack],
  [
    "IPv6 with an older one that was told to",
    {
      ...withEngine({ version: "20.10.24" }),
      hosts: [{ ...host, engine: { ...engine, version: "20.10.24" }, ipv6Rules: true }],
    },
    "ipv6",
    "pass",
    dualStack,
  ],
  [
    "IPv6 with an older one that was not",
    { ...facts, hosts: [{ ...host, engine: { ...engine, version: "20.10.24" }, ipv6Rules: false }] },
    "ipv6",
    "fail",
    dualStack,
  ],
  [
    "IPv6 with an older one that cannot be asked",
    withEngine({ version: "20.10.24" }),
    "ipv6",
    "warn",
    dualStack,
  ],
  [
    "a proxy that does not answer",
    { ...facts, outboundProxy: { host: "proxy", reachable: false } },
    "outboundProxy",
    "warn",
  ],
];

it.each(cases)("%s", (_, given, name, status, by) => {
  const check = judge(given, name, by);
  expect(check?.status).toBe(status);
  expect(Boolean(check?.remedy)).toBe(status !== "pass");
  expect(mayProceed(runChecks(given, by ?? settings))).toBe(status !== "fail");
});

it("warns when two releases side by side need more memory than there is", () => {
  const replicas = 200;
  const server = settings.services.server!;
  const large: Settings = {
    ...settings,
    services: { ...settings.services, server: { ...server, replicas } },
  };
  const grown = memoryNeed(large, "local") - memoryNeed(settings, "local");
  expect(grown).toBe(2 * (replicas - server.replicas) * server.limits.memoryMiB);
  expect(judge(facts, "memory", large)?.status).toBe("warn");
});

it("counts one release of a service that is stopped before the next starts", () => {
  const { server } = settings.services;
  const services = { ...settings.services, server: { ...server!, strategy: "recreate" as const } };
  const less = memoryNeed(settings, "local") - memoryNeed({ ...settings, services }, "local");
  expect(less).toBe(server!.replicas * server!.limits.memoryMiB);
});

it("says nothing of IPv6 when no IPv6 address is bound", () => {
  expect(judge(facts, "ipv6")).toBeUndefined();
});

describe("published ports as Docker lists them", () => {
  it.each([
    ["127.0.0.1:8443->8443/tcp, 127.0.0.1:8080->8080/tcp", "127.0.0.1", 8443, true],
    ["0.0.0.0:8443->8443/tcp, :::8443->8443/tcp", "127.0.0.1", 8443, true],
    ["127.0.0.2:8443->8443/tcp", "127.0.0.1", 8443, false],
    ["127.0.0.2:8443->8443/tcp", "0.0.0.0", 8443, true],
    ["[::1]:8443->8443/tcp", "::1", 8443, true],
    ["127.0.0.1:18443->8443/tcp", "127.0.0.1", 8443, false],
    ["3001/tcp", "127.0.0.1", 3001, false],
    ["", "127.0.0.1", 80, false],
  ])("%s at %s:%i", (published, address, port, expected) => {
    expect(publishes(published, address, port)).toBe(expected);
  });
});
