import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, readItem, request, writeItem } from "./support/http";
import { docker, TestStack } from "./support/test-stack";

interface Inspected {
  Id: string;
  Name: string;
  Config: {
    User: string;
    Env: string[];
    Labels: Record<string, string>;
    Healthcheck?: { Test: string[] };
    StopTimeout: number;
  };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[];
    CapAdd: string[] | null;
    SecurityOpt: string[];
    Memory: number;
    MemorySwap: number;
    NanoCpus: number;
    Ulimits: { Name: string; Hard: number }[];
    Privileged: boolean;
    RestartPolicy: { Name: string };
    LogConfig: { Type: string; Config: Record<string, string> };
    Binds: string[] | null;
    PidMode: string;
    IpcMode: string;
    NetworkMode: string;
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>;
  };
  Mounts: { Type: string; Source: string; Destination: string }[];
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
}

/** Exit code of `timeout` when it had to end the command. */
const TIMED_OUT = 124;

describe("a running stack's containers", () => {
  let stack: TestStack;
  let all: Inspected[];
  const byRole = (role: string) => all.filter(({ Config }) => Config.Labels["strongroom.role"] === role);

  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.up();
    const ids = (await docker("ps", "--quiet", "--filter", `label=strongroom.stack=${stack.name}`)).split(
      "\n",
    );
    all = JSON.parse(await docker("inspect", ...ids)) as Inspected[];
  });
  afterAll(() => stack?.destroy());

  it("are front, edge, server, dashboard and database", () => {
    expect(
      all.map(({ Config }) => Config.Labels["strongroom.service"] ?? Config.Labels["strongroom.role"]).sort(),
    ).toEqual(["dashboard", "database", "edge", "edge-front", "server"]);
  });

  it("are hardened, every one of them", () => {
    for (const { Name, Config, HostConfig, Mounts } of all) {
      expect(Config.User, Name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(HostConfig, Name).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        Privileged: false,
        SecurityOpt: ["no-new-privileges:true"],
        RestartPolicy: { Name: "unless-stopped" },
        PidMode: "",
      });
      expect(HostConfig.CapAdd ?? [], Name).toEqual([]);
      expect(HostConfig.Memory, Name).toBeGreaterThan(0);
      expect(HostConfig.MemorySwap, Name).toBe(HostConfig.Memory);
      expect(HostConfig.NanoCpus, Name).toBeGreaterThan(0);
      expect(HostConfig.Ulimits.find(({ Name: name }) => name === "nproc")?.Hard, Name).toBeGreaterThan(0);
      expect(HostConfig.LogConfig.Config["max-size"], Name).toBe("10m");
      expect(Config.Healthcheck?.Test[0], Name).toMatch(/^CMD/);
      expect(Config.StopTimeout, Name).toBeGreaterThan(0);
      expect(
        Mounts.filter(({ Type }) => Type === "bind"),
        Name,
      ).toEqual([]);
    }
  });

  it("run as the kernel says: no capability, no new privileges, seccomp on", async () => {
    for (const { Id, Name } of all) {
      const pid = (await docker("inspect", "--format", "{{.State.Pid}}", Id)).trim();
      const { stdout } = await execa("cat", [`/proc/${pid}/status`]);
      const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(stdout)?.[1];
      expect(field("CapEff"), Name).toBe("0000000000000000");
      expect(field("CapBnd"), Name).toBe("0000000000000000");
      expect(field("NoNewPrivs"), Name).toBe("1");
      expect(field("Seccomp"), Name).toBe("2");
    }
  });

  it("publish nothing but the front's two ports on loopback", async () => {
    const published = all.flatMap(({ Config, HostConfig }) =>
      Object.values(HostConfig.PortBindings ?? {})
        .flat()
        .map(({ HostIp, HostPort }) => `${Config.Labels["strongroom.role"]} ${HostIp}:${HostPort}`),
    );
    expect(published.sort()).toEqual(
      [`edge-front 127.0.0.1:${stack.httpPort}`, `edge-front 127.0.0.1:${stack.httpsPort}`].sort(),
    );
    const { stdout } = await execa("cat", ["/proc/net/tcp", "/proc/net/tcp6"]);
    const listening = stdout
      .split("\n")
      .filter((line) => / 0A /.test(line))
      .map((line) => Number.parseInt(/:([0-9A-F]{4}) /.exec(line)?.[1] ?? "0", 16));
    expect(listening).toContain(stack.httpsPort);
    for (const inner of [3000, 3001, 5432, 8090]) expect(listening).not.toContain(inner);
  });

  it("keep the database out of the edge's reach", async () => {
    const [edge] = byRole("edge");
    const [database] = byRole("database");
    const [server] = all.filter(({ Config }) => Config.Labels["strongroom.service"] === "server");
    const fetch = (url: string) =>
      execa("docker", ["exec", edge!.Id, "timeout", "3", "wget", "-q", "-O", "/dev/null", url], {
        reject: false,
      });
    // That the edge reaches what it should is what makes the rest mean something.
    expect((await fetch(`http://${server!.Name.slice(1)}:3000/ready`)).exitCode).toBe(0);
    const address = Object.values(database!.NetworkSettings.Networks)[0]!.IPAddress;
    expect((await fetch(`http://${address}:5432/`)).exitCode).toBe(TIMED_OUT);
    expect((await fetch("http://database:5432/")).stderr).toMatch(/bad address|resolve/i);
  });

  it("let the database be crashed or stopped: it is started again, never replaced", async () => {
    const id = await writeItem(stack, "before the crash");
    const [container] = await stack.containers("database");
    const pid = (await docker("inspect", "--format", "{{.State.Pid}}", container!)).trim();
    await execa("kill", ["-KILL", pid]);
    expect(await eventually(() => readItem(stack, id))).toBe("before the crash");

    await docker("stop", container!);
    await stack.up();
    expect(await stack.containers("database")).toEqual([container]);
    expect(await eventually(() => readItem(stack, id))).toBe("before the crash");
  });

  it("refuse a second server on the same data", async () => {
    const [container] = await stack.containers("database");
    const second = await execa(
      "docker",
      [
        "run",
        "--rm",
        "--user",
        "999:999",
        "--volumes-from",
        container!,
        "--network",
        "none",
        "--tmpfs",
        "/var/run/postgresql:uid=999",
        "--env",
        "STRONGROOM_HBA=",
        "--entrypoint",
        "bash",
        (await docker("inspect", "--format", "{{.Image}}", container!)).trim(),
        "-c",
        await startScript(container!),
        "strongroom",
      ],
      { reject: false },
    );
    expect(second.exitCode).toBe(75);
    expect(second.stderr).toContain("another server runs on this data volume");
  });

  it("answer the internal entry point to nobody outside", async () => {
    expect((await request(stack, "/generation")).headers["x-strongroom-generation"]).toBeUndefined();
    expect((await request(stack, "/services/server/ready")).status).toBe(404);
  });
});

/** The start script as the running database's container has it. */
async function startScript(container: string): Promise<string> {
  const [entry] = JSON.parse(await docker("inspect", container)) as { Config: { Entrypoint: string[] } }[];
  return entry!.Config.Entrypoint[2]!;
}
