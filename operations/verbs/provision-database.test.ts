import { beforeEach, expect, it, vi } from "vitest";
import { lockIdleRoles } from "../database-roles";
import { findContainers } from "../docker";
import { provisionDatabase } from "./provision-database";

vi.mock("../database-roles", async (original) => ({
  ...(await original<typeof import("../database-roles")>()),
  lockIdleRoles: vi.fn(),
}));
vi.mock("../docker", async (original) => ({
  ...(await original<typeof import("../docker")>()),
  findContainers: vi.fn(),
}));

const input = {
  schema: 1 as const,
  docker: "unix:///x",
  stack: "test",
  container: "replaced",
  database: "vault",
  owner: "vault_owner",
  login: { role: "vault_a", password: "" },
  idle: "vault_b",
};
const container = (Id: string, role: string, Running = true) => ({
  Id,
  Name: `/${Id}`,
  State: { Status: "", Running, ExitCode: 0, OOMKilled: false },
  Config: { Labels: { "strongroom.role": role } },
  HostConfig: { Memory: 0 },
});

beforeEach(() => {
  vi.mocked(lockIdleRoles).mockReset();
});

/** Containers of servers that were looked after. */
async function lockedIn(...containers: ReturnType<typeof container>[]): Promise<string[]> {
  vi.mocked(findContainers).mockImplementation((_, labels) =>
    Promise.resolve(
      containers.filter(({ Config }) => Config.Labels["strongroom.role"] === labels["strongroom.role"]),
    ),
  );
  await provisionDatabase.run("delete", input);
  return vi.mocked(lockIdleRoles).mock.calls.map(([{ container }, , { roles }, phase]) => {
    expect(roles).toEqual(["vault_a", "vault_b"]);
    expect(phase).toBe("after");
    return container;
  });
}

it("locks what is not used when it is deleted, in the servers that run now", async () => {
  const others = [container("service", "service"), container("stopped", "database", false)];
  expect(await lockedIn(container("database", "database"), ...others)).toEqual(["database"]);
});

it("asks no server when the whole stack goes", async () => {
  expect(await lockedIn(container("database", "database"))).toEqual([]);
});
