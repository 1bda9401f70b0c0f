import { expect, it, vi } from "vitest";
import { docker, findContainers } from "./docker";
import { checkRoom } from "./restore-room";

vi.mock("./docker", async (original) => ({
  ...(await original<typeof import("./docker")>()),
  docker: vi.fn(),
  findContainers: vi.fn(),
}));

const GIB = 1024 ** 3;
const target = {
  endpoint: "unix:///x",
  stack: "test",
  volume: "v",
  from: "000012-20260301T040000Z",
  server: { image: "i", database: "vault", command: [], envs: [], memoryMiB: 64 },
  backup: { image: "b", volume: "backups", memoryMiB: 64 },
};

/** @param free GiB on the disk @param serving what the database in service answers */
function check(free: number, serving: () => Promise<string>, bytes = GIB): Promise<void> {
  const disk = `Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 1 1 ${free * 1024 ** 2} 1% /b\n`;
  vi.mocked(docker).mockImplementation((_, [command]) =>
    command === "run" ? Promise.resolve(disk) : serving(),
  );
  const State = { Status: "running", Running: true, ExitCode: 0, OOMKilled: false };
  vi.mocked(findContainers).mockResolvedValue([
    { Id: "old", Name: "/old", State, Config: { Labels: {} }, HostConfig: { Memory: 0 } },
  ]);
  return checkRoom(target, bytes);
}

it("finds room for as much as the database in service has, and the log", async () => {
  await expect(check(4, () => Promise.resolve(String(3 * GIB)))).resolves.toBeUndefined();
  await expect(check(3.9, () => Promise.resolve(String(3 * GIB)))).rejects.toThrow(
    "has 3994 MiB free, and the restored database takes up to 4096 MiB",
  );
});

it("goes by the backup's size when the database in service does not answer", async () => {
  const broken = () => Promise.reject(new Error("no such database"));
  await expect(check(2, broken)).resolves.toBeUndefined();
  await expect(check(1.9, broken)).rejects.toThrow("make room there");
});

it("does not take a disk that says nothing for an empty one", async () => {
  await expect(check(NaN, () => Promise.resolve("0"))).rejects.toThrow("does not say what is free");
});
