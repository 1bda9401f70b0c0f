import { expect, it, vi } from "vitest";
import { recoverCutover } from "./cutover-recovery";
import { docker, dockerTry, findContainers, inspectContainers } from "./docker";
import { EdgeFront } from "./edge-front";
import type { EdgeHost } from "./edge-host";
import type { HostLock } from "./lock";

vi.mock("./docker", () => ({
  docker: vi.fn(async () => ""),
  dockerTry: vi.fn(async () => ({ exitCode: 0, stdout: "", stderr: "" })),
  findContainers: vi.fn(),
  inspectContainers: vi.fn(),
  removeContainers: vi.fn(),
}));

const container = (Id: string, Running: boolean) => ({
  Id,
  Name: `/${Id}`,
  State: { Status: Running ? "running" : "exited", Running, ExitCode: 0, OOMKilled: false },
  Config: { Labels: { "strongroom.service": "server", "strongroom.release": Id.replace("-release", "") } },
  HostConfig: { Memory: 0 },
});

/** Recovers from behind the page. @returns what Docker was told, and what is in force then */
async function recovered(confirmed: string) {
  const content = JSON.stringify({
    http: { services: { s: { loadBalancer: { servers: [{ url: `http://${confirmed}:80` }] } } } },
  });
  let inForce = "page";
  const edge = {
    container: "edge",
    name: "edge",
    endpoint: "unix:///x",
    note: async () => undefined,
    setNote: async () => undefined,
    confirmed: async () => ({ generation: confirmed, content, edge: "edge" }),
    inForce: async () => ({ generation: inForce, content: "" }),
    putInForce: async (text: string) => void (inForce = text === content ? confirmed : "other"),
    waitLoaded: async () => undefined,
    journal: async () => undefined,
  } as unknown as EdgeHost;
  vi.spyOn(EdgeFront, "find").mockResolvedValue(undefined);
  vi.mocked(findContainers).mockImplementation(async (_, labels) =>
    labels["strongroom.role"] === "database"
      ? [container("old-server", false), container("new-server", true)]
      : [container("old-release", false), container("new-release", true)],
  );
  vi.mocked(inspectContainers).mockImplementation(async (_, ids) =>
    ids.filter((id) => id.endsWith("release")).map((id) => container(id, true)),
  );
  vi.mocked(docker).mockClear();
  vi.mocked(dockerTry).mockClear();
  const lock = { check: async () => undefined, owner: { token: "t" } } as unknown as HostLock;
  const said = await recoverCutover(edge, "test", lock);
  const calls = [...vi.mocked(dockerTry).mock.calls, ...vi.mocked(docker).mock.calls];
  return { calls: calls.map(([, args]) => args.join(" ")), inForce, said };
}

it("goes on to the new database once its routes are confirmed", async () => {
  const { calls, inForce, said } = await recovered("new-release");
  expect(inForce).toBe("new-release");
  expect(said).toBe("by its confirmed routes this release serves: server new");
  expect(calls).toContain("start new-release");
  expect(calls).not.toContain("start old-release");
});

it("goes back to the old one before that, with its server that was stopped", async () => {
  const { calls, inForce, said } = await recovered("old-release");
  expect(inForce).toBe("old-release");
  expect(said).toBe("by its confirmed routes this release serves: server old");
  expect(calls).toEqual(["start old-server", "stop new-release", "start old-release"]);
});
