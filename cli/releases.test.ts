import { expect, it } from "vitest";
import { fakeDocker } from "../operations/testing/fake-docker";
import { causeOf, findFailed, outOfMemory } from "./releases";
import type { ContainerFound } from "./settle/decisions";

const { answer } = fakeDocker();

const replica = (name: string, release: string, service = "server", role = "service"): ContainerFound => ({
  id: name,
  name,
  status: "running",
  role,
  service,
  release,
});
const names = (found: ContainerFound[]) => found.map(({ name }) => name);

it("takes the new release when the old one still has the route", () => {
  const containers = [replica("old-1", "r1"), replica("new-1", "r2"), replica("new-2", "r2")];
  expect(names(findFailed(containers, new Set(["old-1"]), { server: "r2" }))).toEqual(["new-1", "new-2"]);
});

it("leaves an old release that is on its way out, and all that has a route", () => {
  const containers = [replica("old-1", "r1"), replica("new-1", "r2")];
  expect(findFailed(containers, new Set(["new-1"]), { server: "r2" })).toEqual([]);
});

it("leaves other roles and services alone", () => {
  const containers = [
    replica("db", "", "", "database"),
    replica("edge", "", "", "edge"),
    replica("d-1", "r9", "dashboard"),
  ];
  expect(findFailed(containers, new Set(), { server: "r2", dashboard: "r8" })).toEqual([]);
});

it("takes every release of a first update that put nothing into service", () => {
  const containers = [replica("s-1", "r1"), replica("d-1", "r2", "dashboard")];
  expect(names(findFailed(containers, new Set(), { server: "r1", dashboard: "r2" }))).toEqual(["s-1", "d-1"]);
});

it("names the limit at which a container was killed for its memory, and nothing for another end", () => {
  const ended = (OOMKilled: boolean) => ({
    Id: "a2c9",
    Name: "/server-aa2c9dccc417-1-5f57",
    State: { Status: "restarting", Running: true, ExitCode: 137, OOMKilled },
    HostConfig: { Memory: 192 * 1024 ** 2 },
  });
  const cause =
    "out of memory: server-aa2c9dccc417-1-5f57 was killed at its limit of 192 MiB (services.server.limits.memoryMiB)";
  expect(causeOf("server", [ended(false), ended(true)], new Set())).toBe(cause);
  expect(causeOf("server", [ended(false)], new Set())).toBeUndefined();
  // It was restarted meanwhile, and ended otherwise.
  expect(causeOf("server", [ended(false)], new Set(["a2c9"]))).toBe(cause);
});

it("asks Docker's events which ones ran out of memory before, and takes no answer for none", async () => {
  answer(
    `[[ "$*" = *" events "*"--filter=event=oom --filter=container=a --filter=container=b"* ]] && printf '%s\\n' b b c`,
  );
  expect(await outOfMemory("unix:///nowhere", ["a", "b"])).toEqual(new Set(["b"]));
  answer("echo broken >&2; exit 1");
  expect(await outOfMemory("unix:///nowhere", ["a"])).toEqual(new Set());
});

it("names what the health check of a release said last", () => {
  const sick = (Log: { ExitCode: number; Output: string }[] | null) => ({
    Id: "a2c9",
    Name: "/server-aa2c-1",
    State: {
      Status: "running",
      Running: true,
      ExitCode: 0,
      OOMKilled: false,
      Health: { Status: "unhealthy", Log },
    },
    HostConfig: { Memory: 0 },
  });
  const log = [
    { ExitCode: 1, Output: "refused\n" },
    { ExitCode: 1, Output: "status 503\n" },
  ];
  expect(causeOf("server", [sick(log)], new Set())).toBe(
    "health check: server-aa2c-1 is unhealthy: status 503",
  );
  expect(causeOf("server", [sick(null)], new Set())).toBe("health check: server-aa2c-1 is unhealthy");
});
