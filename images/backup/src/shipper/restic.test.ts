import { spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { reasonIn, Repository, sshCommand } from "./restic";

vi.mock("node:child_process", () => ({ spawn: vi.fn() }));

it("reaches the target by the pinned host key alone, and asks nobody", () => {
  const command = sshCommand({ host: "backup.example.com", port: 2222, user: "vault" });
  expect(command).toMatch(/ -p 2222 vault@backup\.example\.com rclone$/);
  for (const option of ["BatchMode=yes", "StrictHostKeyChecking=yes", "HostKeyAlias=strongroom-offsite"])
    expect(command).toContain(`-o ${option} `);
  expect(command).toContain("-o UserKnownHostsFile=/run/strongroom/secrets/known_hosts");
  expect(command).toContain("-F /dev/null");
});

it("says why restic failed, without notices, tries and its stack", () => {
  const said = `rclone: 2026/03/01 04:00:00 NOTICE: Config file not found - using defaults
Remove(<snapshot/a8f5>) returned error, retrying after 720ms: 403 Forbidden
Fatal: unable to open config file
github.com/restic/restic/internal/backend/rest.(*Backend).Remove
	github.com/restic/restic/internal/backend/rest/rest.go:399
runtime.goexit
`;
  expect(reasonIn(said)).toBe("Fatal: unable to open config file");
  expect(reasonIn("")).toBe("it gave no reason");
});

describe("what a repository is asked for", () => {
  const spawned = vi.mocked(spawn);
  const repository = new Repository({ host: "offsite", port: 22, user: "vault" });
  const answer = (out: string) =>
    spawned.mockImplementationOnce(() => {
      const child = Object.assign(new EventEmitter(), {
        stdout: Readable.from([out]),
        stderr: Readable.from([""]),
      });
      setImmediate(() => child.emit("close", 0, null));
      return child as unknown as ReturnType<typeof spawn>;
    });
  /** What restic was given after its global options. */
  const positional = () => {
    const args = spawned.mock.lastCall![1];
    return args.slice(args.indexOf("--"));
  };
  const id = "ab".repeat(32);

  it("comes after the end of the options", async () => {
    answer("text");
    expect(await repository.read(id, "/store/1.json")).toBe("text");
    expect(positional()).toEqual(["--", id, "/store/1.json"]);
    answer("text");
    expect((await repository.measure("abcdef01", "/store/1.json")).bytes).toBe(4);
    expect(positional()).toEqual(["--", "abcdef01", "/store/1.json"]);
    answer('{"snapshot_id":"abcdef01"}\n');
    expect(await repository.send("test", ["one", "two"], ["/store/1.json"])).toBe("abcdef01");
    expect(positional()).toEqual(["--", "/store/1.json"]);
    expect(spawned.mock.lastCall![1].join(" ")).toContain("--tag one --tag two");
  });

  it.each([
    ["--help", "/store/1.json"],
    ["latest", "/store/1.json"],
    [id, "--target=/"],
    [id, "store/1.json"],
    [id, "/store/../1.json"],
    [id, "/store/1 2.json"],
    [id, "/store/1.json\n"],
  ])("is no %s, %s", (snapshot, path) => {
    spawned.mockClear();
    expect(() => repository.stream(snapshot, path)).toThrow("is not one of this stack's");
    expect(spawned).not.toHaveBeenCalled();
  });
});
