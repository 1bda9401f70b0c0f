import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differences, expectedFacts, foundFacts, type ImageDefaults, type Inspected } from "./container";

const IMAGE: ImageDefaults = {
  id: `sha256:${"1".repeat(64)}`,
  env: ["PATH=/bin", "LANG=C"],
  cmd: ["serve"],
  entrypoint: ["/entry"],
  user: "10:10",
  labels: { vendor: "demo" },
};

const INPUTS = {
  image: IMAGE.id,
  command: ["node", "main.js"],
  user: "10001:10001",
  readOnly: true,
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
  memory: 192,
  memorySwap: 192,
  cpus: "0.5",
  restart: "unless-stopped",
  ulimits: [{ name: "nproc", soft: 256, hard: 256 }],
  tmpfs: { "/tmp": "rw,noexec" },
  ports: [{ ip: "127.0.0.1", external: 8443, internal: 443, protocol: "tcp" }],
  mounts: [{ type: "volume", source: "files-1", target: "/run/secrets", readOnly: true }],
  networkMode: "bridge",
  networksAdvanced: [{ name: "network-edge" }],
  labels: [{ label: "strongroom.role", value: "service" }],
  envs: ["DATABASE_HOST=database", "TOKEN=s3cret"],
  logDriver: "json-file",
  logOpts: { "max-file": "3", "max-size": "10m" },
  healthcheck: {
    tests: ["CMD", "check"],
    interval: "1m30s",
    timeout: "500ms",
    startPeriod: "1h0m2s",
    retries: 3,
  },
};

/** The same as Docker has it. */
const CHECK = {
  Test: ["CMD", "check"],
  Interval: 90e9,
  Timeout: 5e8,
  StartPeriod: 3602e9,
  Retries: 3,
};
const CHECK_TEXT = '["CMD","check"] every 90 s, within 0.5 s, after 3602 s, 3 times';

/** As Docker reports the container that these inputs make. */
function inspected(): Inspected {
  return {
    Id: "c",
    Name: "/server-1",
    Image: IMAGE.id,
    State: { Status: "running", Health: { Status: "healthy" } },
    Config: {
      Env: ["TOKEN=s3cret", "DATABASE_HOST=database", "PATH=/bin", "LANG=C"],
      Cmd: ["node", "main.js"],
      Entrypoint: ["/entry"],
      User: "10001:10001",
      Labels: { "strongroom.role": "service", vendor: "demo" },
      Healthcheck: { ...CHECK },
    },
    HostConfig: {
      Privileged: false,
      PidMode: "",
      ReadonlyRootfs: true,
      CapAdd: null,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: 201326592,
      MemorySwap: 201326592,
      NanoCpus: 500000000,
      Ulimits: [{ Name: "nproc", Soft: 256, Hard: 256 }],
      RestartPolicy: { Name: "unless-stopped" },
      Tmpfs: { "/tmp": "rw,noexec" },
      IpcMode: "private",
      UTSMode: "",
      UsernsMode: "",
      CgroupnsMode: "host",
      PidsLimit: null,
      CpuShares: 0,
      CpusetCpus: "",
      CpuPeriod: 0,
      CpuQuota: 0,
      MemoryReservation: 0,
      Devices: null,
      DeviceRequests: null,
      DeviceCgroupRules: null,
      LogConfig: { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } },
      PortBindings: { "443/tcp": [{ HostIp: "127.0.0.1", HostPort: "8443" }] },
    },
    Mounts: [
      { Type: "volume", Name: "files-1", Source: "/var/lib/files-1", Destination: "/run/secrets", RW: false },
      { Type: "volume", Name: "a".repeat(64), Source: "/var/lib/a", Destination: "/data", RW: true },
      { Type: "tmpfs", Source: "", Destination: "/tmp", RW: true },
    ],
    NetworkSettings: { Networks: { "network-edge": {} } },
  };
}

const compare = (change: (container: Inspected) => void = () => undefined, inputs: object = INPUTS) => {
  const container = inspected();
  change(container);
  return differences(
    "server-1",
    expectedFacts({ ...inputs }, IMAGE.id),
    foundFacts(container, IMAGE, { ...inputs }),
    IMAGE,
  ).map(({ what, expected, found }) => `${what}: ${expected} -> ${found}`);
};

describe("a container", () => {
  it("is as it was made", () => {
    expect(compare()).toEqual([]);
  });

  it.each<[string, (c: Inspected) => void, string[]]>([
    ["another image", (c) => (c.Image = "sha256:2"), [`image: ${IMAGE.id} -> sha256:2`]],
    ["privileges", (c) => (c.HostConfig.Privileged = true), ["privileged: false -> true"]],
    ["the host's processes", (c) => (c.HostConfig.PidMode = "host"), ["process namespace:  -> host"]],
    ["a writable root", (c) => (c.HostConfig.ReadonlyRootfs = false), ["read-only root: true -> false"]],
    [
      "a capability",
      (c) => (c.HostConfig.CapAdd = ["CAP_SYS_ADMIN"]),
      ["capabilities added: none -> CAP_SYS_ADMIN"],
    ],
    ["none dropped", (c) => (c.HostConfig.CapDrop = null), ["capabilities dropped: ALL -> none"]],
    [
      "no security options",
      (c) => (c.HostConfig.SecurityOpt = null),
      ["security options: no-new-privileges:true -> none"],
    ],
    ["more memory", (c) => (c.HostConfig.Memory *= 2), ["memory: 192 MiB -> 384 MiB"]],
    ["swap", (c) => (c.HostConfig.MemorySwap = -1048576), ["memory with swap: 192 MiB -> -1 MiB"]],
    ["all processors", (c) => (c.HostConfig.NanoCpus = 0), ["cpus: 0.5 -> 0"]],
    ["no limit", (c) => (c.HostConfig.Ulimits = null), ["limit nproc: 256:256 -> (none)"]],
    ["no restart", (c) => (c.HostConfig.RestartPolicy.Name = "no"), ["restart policy: unless-stopped -> no"]],
    [
      "executable memory",
      (c) => (c.HostConfig.Tmpfs = { "/tmp": "rw" }),
      ["memory file system /tmp: rw,noexec -> rw"],
    ],
    [
      "another port's address",
      (c) => (c.HostConfig.PortBindings!["443/tcp"]![0]!.HostIp = ""),
      [
        "port 0.0.0.0:8443 to 443/tcp: (none) -> published",
        "port 127.0.0.1:8443 to 443/tcp: published -> (none)",
      ],
    ],
    [
      "a writable mount",
      (c) => (c.Mounts[0]!.RW = true),
      ["mount /run/secrets: volume files-1, read-only -> volume files-1, writable"],
    ],
    [
      "the socket",
      (c) =>
        c.Mounts.push({
          Type: "bind",
          Source: "/var/run/docker.sock",
          Destination: "/s",
          RW: true,
        }),
      ["mount /s: (none) -> bind /var/run/docker.sock, writable"],
    ],
    [
      "another network",
      (c) => (c.NetworkSettings.Networks = { bridge: {} }),
      ["network bridge: (none) -> attached", "network network-edge: attached -> (none)"],
    ],
    [
      "another label",
      (c) => (c.Config.Labels!["strongroom.role"] = "edge"),
      ["label strongroom.role: service -> edge"],
    ],
    ["another command", (c) => (c.Config.Cmd = ["sh"]), ['command: ["node","main.js"] -> ["sh"]']],
    ["another entry point", (c) => (c.Config.Entrypoint = ["sh"]), ['entry point: ["/entry"] -> ["sh"]']],
    ["root", (c) => (c.Config.User = ""), ["user: 10001:10001 -> "]],
    ["a process limit", (c) => (c.HostConfig.PidsLimit = 100), ["process limit: none -> 100"]],
    ["the host's IPC", (c) => (c.HostConfig.IpcMode = "host"), ["IPC namespace: its own -> host"]],
    [
      "another's IPC",
      (c) => (c.HostConfig.IpcMode = "container:x"),
      ["IPC namespace: its own -> container:x"],
    ],
    ["the host's name", (c) => (c.HostConfig.UTSMode = "host"), ["UTS namespace: its own -> host"]],
    ["the host's users", (c) => (c.HostConfig.UsernsMode = "host"), ["user namespace: its own -> host"]],
    ["another share", (c) => (c.HostConfig.CpuShares = 2), ["cpu shares: 0 -> 2"]],
    ["one processor", (c) => (c.HostConfig.CpusetCpus = "0"), ["cpu set:  -> 0"]],
    [
      "a quota",
      (c) => Object.assign(c.HostConfig, { CpuPeriod: 1000, CpuQuota: 500 }),
      ["cpu period: 0 -> 1000", "cpu quota: 0 -> 500"],
    ],
    [
      "reserved memory",
      (c) => (c.HostConfig.MemoryReservation = 67108864),
      ["memory reservation: 0 MiB -> 64 MiB"],
    ],
    [
      "a device",
      (c) =>
        (c.HostConfig.Devices = [
          { PathOnHost: "/dev/sda", PathInContainer: "/dev/x", CgroupPermissions: "rwm" },
        ]),
      ["device /dev/x: (none) -> /dev/sda, rwm"],
    ],
    ["a graphics card", (c) => (c.HostConfig.DeviceRequests = [{}]), ["device requests: 0 -> 1"]],
    ["every disk", (c) => (c.HostConfig.DeviceCgroupRules = ["b *:* rwm"]), ["device rules:  -> b *:* rwm"]],
    [
      "a kernel setting",
      (c) => (c.HostConfig.Sysctls = { "net.ipv4.ip_forward": "1" }),
      ["kernel setting net.ipv4.ip_forward: (none) -> 1"],
    ],
    [
      "another log",
      (c) => (c.HostConfig.LogConfig = { Type: "none", Config: null }),
      [
        "log driver: json-file -> none",
        "log option max-file: 3 -> (none)",
        "log option max-size: 10m -> (none)",
      ],
    ],
    [
      "a larger log",
      (c) => (c.HostConfig.LogConfig.Config!["max-size"] = "10g"),
      ["log option max-size: 10m -> 10g"],
    ],
    [
      "no health check",
      (c) => (c.Config.Healthcheck = { Test: ["NONE"] }),
      [`health check: ${CHECK_TEXT} -> ["NONE"] every 0 s, within 0 s, after 0 s, 0 times`],
    ],
    [
      "a slower health check",
      (c) => (c.Config.Healthcheck!.Interval = 9e11),
      [`health check: ${CHECK_TEXT} -> ${CHECK_TEXT.replace("every 90 s", "every 900 s")}`],
    ],
  ])("with %s is told", (_, change, told) => {
    expect(compare(change)).toEqual(told);
  });

  it.each<[string, object, (c: Inspected) => void]>([
    ["no process limit", {}, (c) => (c.HostConfig.PidsLimit = -1)],
    ["an IPC namespace that others may join", {}, (c) => (c.HostConfig.IpcMode = "shareable")],
    ["the daemon's log", { logDriver: undefined }, (c) => (c.HostConfig.LogConfig.Type = "journald")],
    [
      "what it was given",
      {
        ipcMode: "host",
        usernsMode: "host",
        cgroupnsMode: "private",
        cpuShares: 2,
        memoryReservation: 64,
        devices: [{ hostPath: "/dev/x" }],
        gpus: "all",
        sysctls: { "net.core.somaxconn": "512" },
      },
      (c) =>
        Object.assign(c.HostConfig, {
          IpcMode: "host",
          UsernsMode: "host",
          CgroupnsMode: "private",
          CpuShares: 2,
          MemoryReservation: 67108864,
          Devices: [{ PathOnHost: "/dev/x", PathInContainer: "/dev/x", CgroupPermissions: "rwm" }],
          DeviceRequests: [{}],
          Sysctls: { "net.core.somaxconn": "512" },
        }),
    ],
  ])("may have %s", (_, given, change) => {
    expect(compare(change, { ...INPUTS, ...given })).toEqual([]);
  });

  it("may have its image's health check, and no other", () => {
    const image = { ...IMAGE, healthcheck: CHECK };
    const inputs = { ...INPUTS, healthcheck: undefined };
    const told = (container: Inspected) =>
      differences(
        "server-1",
        expectedFacts(inputs, IMAGE.id),
        foundFacts(container, image, inputs),
        image,
      ).map(({ what }) => what);
    expect(told(inspected())).toEqual([]);
    const container = inspected();
    container.Config.Healthcheck = { Test: ["NONE"] };
    expect(told(container)).toEqual(["health check"]);
  });

  it("with other variables is told without their values", () => {
    expect(compare((c) => (c.Config.Env = ["TOKEN=0ther", "EXTRA=x", "PATH=/bin", "LANG=C"]))).toEqual([
      "variable DATABASE_HOST: (a value) -> (none)",
      "variable EXTRA: (none) -> (a value)",
      "variable TOKEN: (a value) -> (another value)",
    ]);
  });

  it("may have from its image what the stack does not say", () => {
    const rest = { ...INPUTS, command: undefined, user: undefined };
    const asImage = (c: Inspected) => {
      c.Config.Cmd = ["serve"];
      c.Config.User = "10:10";
    };
    expect(compare(asImage, rest)).toEqual([]);
    expect(compare(undefined, rest)).toEqual([
      'command: ["serve"] -> ["node","main.js"]',
      "user: 10:10 -> 10001:10001",
    ]);
  });

  it("may say what its image says anyway", () => {
    const said = { ...INPUTS, envs: [...INPUTS.envs, "LANG=C"], user: "10:10" };
    expect(compare((c) => (c.Config.User = "10:10"), said)).toEqual([]);
  });

  it("loses the image's command with its entry point", () => {
    const rest = { ...INPUTS, command: undefined };
    const replaced = (c: Inspected) => {
      c.Config.Entrypoint = ["sh"];
      c.Config.Cmd = null;
    };
    expect(compare(replaced, { ...rest, entrypoints: ["sh"] })).toEqual([]);
  });

  it("never shows a variable's value, whatever it is", () => {
    const value = fc.string({ minLength: 8 }).map((text) => `v-${text}`);
    fc.assert(
      fc.property(value, value, (before, after) => {
        const told = compare((c) => (c.Config.Env = [`TOKEN=${after}`]), {
          ...INPUTS,
          envs: [`TOKEN=${before}`],
        }).join("\n");
        return !told.includes(before) && !told.includes(after);
      }),
    );
  });
});
