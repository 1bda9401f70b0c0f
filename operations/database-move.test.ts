import { beforeEach, expect, it, vi } from "vitest";
import { endSessions, leadElsewhere, type MoveInput } from "./database-move";
import { docker, findContainers } from "./docker";

vi.mock("./docker", async (original) => ({
  ...(await original<typeof import("./docker")>()),
  docker: vi.fn(),
  findContainers: vi.fn(),
}));

const move: MoveInput = {
  databaseHost: "database-restored-12",
  container: "new",
  database: "vault",
  logins: ["vault_a"],
  page: { message: "", retryAfterSeconds: 1 },
  network: "edge",
};
const container = (Id: string, Status = "running", labels = {}) => ({
  Id,
  Name: `/${Id}`,
  State: { Status, Running: Status !== "exited", ExitCode: 0, OOMKilled: false },
  Config: { Labels: labels },
  HostConfig: { Memory: 0 },
});

beforeEach(() => {
  vi.mocked(docker).mockReset();
});

/** What Docker was told, without what was asked of the servers. */
async function told(status: string, answer: () => Promise<string>): Promise<string[]> {
  vi.mocked(findContainers).mockResolvedValue([container("new"), container("old", status)]);
  vi.mocked(docker).mockImplementation((_, [command]) =>
    command === "exec" ? answer() : Promise.resolve(""),
  );
  await endSessions("unix:///x", "test", move);
  const calls = vi.mocked(docker).mock.calls;
  for (const [, , options] of calls.filter(([, [command]]) => command === "exec"))
    expect(options?.timeoutSeconds).toBe(10);
  return calls.map(([, args]) => args.join(" ")).filter((line) => !line.startsWith("exec"));
}

it("leaves a server that no session of the product is left at", async () => {
  expect(await told("running", () => Promise.resolve("0"))).toEqual([]);
});

it.each<[string, string, string[]]>([
  ["does not answer", "running", ["stop old"]],
  ["is started again and again", "restarting", ["stop old"]],
  ["is paused", "paused", ["unpause old", "stop old"]],
  ["is stopped already", "exited", []],
])("stops a server that %s", async (_, status, expected) => {
  expect(await told(status, () => Promise.reject(new Error("no such database")))).toEqual(expected);
});

it("fails when such a server cannot be stopped", async () => {
  vi.mocked(findContainers).mockResolvedValue([container("old")]);
  vi.mocked(docker).mockRejectedValue(new Error("no answer"));
  await expect(endSessions("unix:///x", "test", move)).rejects.toThrow("no answer");
});

it("tells routes to another database by their releases, running or not", async () => {
  const routes = (name: string) => ({
    generation: "g",
    content: JSON.stringify({
      http: { services: { s: { loadBalancer: { servers: [{ url: `http://${name}:80` }] } } } },
    }),
  });
  vi.mocked(findContainers).mockResolvedValue([
    container("first", "exited"),
    container("moved", "running", { "strongroom.database-host": "database-restored-12" }),
  ]);
  const args = { docker: "unix:///x", stack: "test", generation: "g", releases: [], move };
  expect(await leadElsewhere(args, routes("first"))).toBe(true);
  expect(await leadElsewhere(args, routes("moved"))).toBe(false);
  expect(await leadElsewhere({ ...args, move: undefined }, routes("first"))).toBe(false);
});
