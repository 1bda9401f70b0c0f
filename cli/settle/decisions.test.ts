import { describe, expect, it } from "vitest";
import type { StackState, StateResource } from "../state";
import {
  type ContainerFound,
  findMissing,
  findOrphans,
  findServingUnknown,
  findStopped,
  isForeign,
  holdsData,
  type Inventory,
  judgeLock,
  olderThan,
  unfindable,
} from "./decisions";
import { parseTime } from "./inventory";

const container = (id: string, more: Partial<ContainerFound> = {}): ContainerFound => ({
  id,
  name: id,
  status: "running",
  role: "service",
  service: "server",
  release: "r1",
  ...more,
});
const inventory = (more: Partial<Inventory>): Inventory => ({
  endpoint: "unix:///var/run/docker.sock",
  containers: [],
  networks: [],
  volumes: [],
  ...more,
});
const resource = (
  kind: "container" | "network" | "volume",
  id: string,
  more: Partial<StateResource> = {},
) => ({
  urn: `urn:${id}`,
  type: `docker:index/${kind}:${kind[0]?.toUpperCase()}${kind.slice(1)}`,
  id,
  ...more,
});
const state = (...resources: StateResource[]): StackState => ({
  resources,
  pendingOperations: [],
  outputs: {},
});

describe("orphans", () => {
  it("are what the state does not know, by id", () => {
    const found = findOrphans(
      inventory({
        containers: [container("known"), container("orphan")],
        networks: [
          { id: "n1", name: "strongroom-dev-edge", role: "network" },
          { id: "n2", name: "strongroom-dev-edge", role: "network" },
        ],
        volumes: [
          { id: "v1", name: "v1", role: "service-files" },
          { id: "v2", name: "v2", role: "service-files" },
        ],
      }),
      state(resource("container", "known"), resource("network", "n1"), resource("volume", "v1")),
    );
    expect(found.containers.map(({ id }) => id)).toEqual(["orphan"]);
    expect(found.networks.map(({ id }) => id)).toEqual(["n2"]);
    expect(found.volumes.map(({ id }) => id)).toEqual(["v2"]);
  });

  it("are never a volume with data, nor the lock, nor what waits for its deletion", () => {
    const volumes = ["database-data", "service-data", "anything-data"].map((role) => ({
      id: role,
      name: role,
      role,
    }));
    const found = findOrphans(
      inventory({ containers: [container("lock", { role: "lock" }), container("old")], volumes }),
      state(resource("container", "old", { delete: true })),
    );
    expect(found).toEqual({ containers: [], networks: [], volumes: [] });
    expect(volumes.every(holdsData)).toBe(true);
  });

  it("do not include a resource whose id is only another type's", () => {
    const found = findOrphans(
      inventory({ containers: [container("x")] }),
      state({ ...resource("container", "x"), type: "command:local:Command" }),
    );
    expect(found.containers).toHaveLength(1);
  });
});

describe("what was taken out of state", () => {
  const success = Date.parse("2026-11-22T08:00:00Z");
  const before = Date.parse("2026-11-22T07:59:00Z");
  const unknown = (more: Partial<ContainerFound>, ...known: StateResource[]) =>
    findServingUnknown(inventory({ containers: [container("c", more)] }), state(...known)).length;
  const older = (more: Partial<ContainerFound>, lastSuccess?: number) =>
    olderThan([container("c", { createdAt: before, ...more })], lastSuccess).length;

  it.each(["edge-front", "edge", "service", "database"])("may be a running %s", (role) => {
    expect(unknown({ role })).toBe(1);
  });

  it.each<[string, Partial<ContainerFound>, StateResource[]]>([
    ["what state knows", {}, [resource("container", "c")]],
    ["what does not run", { status: "exited" }, []],
    ["a job", { role: "migration" }, []],
  ])("is not %s", (_, more, known) => {
    expect(unknown(more, ...known)).toBe(0);
  });

  it.each<[string, number, Partial<ContainerFound>, number | undefined]>([
    ["is what was there when an update succeeded", 1, {}, success],
    ["is not what is younger", 0, { createdAt: success + 1000 }, success],
    ["is not what may be younger by the host's clock", 0, { createdAt: success - 1000 }, success],
    ["is not what has no time", 0, { createdAt: NaN }, success],
    ["is not what was listed without one", 0, { createdAt: undefined }, success],
    ["is not anything without a success", 0, {}, undefined],
  ])("%s, where no earlier state is at hand", (_, count, more, lastSuccess) => {
    expect(older(more, lastSuccess)).toBe(count);
  });

  it("is dated by Docker", () => {
    expect(parseTime("2026-11-22 07:59:00 +0000 UTC")).toBe(before);
    expect(parseTime("2026-11-22 08:59:00 +0100 CET")).toBe(before);
    expect(parseTime("")).toBeNaN();
  });
});

describe("a stack of the same name with another state", () => {
  const volume = { id: "v", name: "strongroom-dev-database", role: "database-data" };
  it.each([
    [
      "is seen by running containers of which nothing is known",
      { containers: [container("c")], volumes: [volume] },
      state(),
      true,
    ],
    [
      "is not an interrupted first run, whose network is known",
      { containers: [container("c")], networks: [{ id: "n", name: "n", role: "network" }] },
      state(resource("network", "n")),
      false,
    ],
    ["is not data that was kept", { volumes: [volume] }, state(), false],
    [
      "is not a lock, nor what does not run",
      {
        containers: [
          container("l", { role: "lock", status: "created" }),
          container("x", { status: "exited" }),
        ],
      },
      state(),
      false,
    ],
    [
      "is not this stack",
      { containers: [container("c"), container("orphan")] },
      state(resource("container", "c")),
      false,
    ],
  ])("%s", (_, found, known, expected) => {
    expect(isForeign(inventory(found), known)).toBe(expected);
  });
});

it("finds what is in state and on no host", () => {
  const missing = findMissing(
    [
      inventory({ containers: [container("a")] }),
      inventory({ endpoint: "ssh://b", containers: [container("b")] }),
    ],
    state(
      resource("container", "a"),
      resource("container", "b"),
      resource("container", "c"),
      resource("volume", "v"),
    ),
  );
  expect(missing.map(({ id }) => id)).toEqual(["c", "v"]);
});

describe("stopped containers", () => {
  const stopped = (more: Partial<ContainerFound>) => container("c", { status: "exited", ...more });
  const decide = (found: ContainerFound, known: Partial<StateResource> = {}) =>
    findStopped(inventory({ containers: [found] }), state(resource("container", "c", known))).map(
      ({ how }) => how,
    );

  it.each([
    ["a stopped database is started", stopped({ role: "database", service: "", release: "" }), {}, ["start"]],
    [
      "a paused edge goes on",
      stopped({ role: "edge", status: "paused", service: "", release: "" }),
      {},
      ["unpause"],
    ],
    ["a replica is started", stopped({}), {}, ["start"]],
    ["one that waits for its deletion is not", stopped({}), { delete: true }, []],
    ["one whose creation failed is not", stopped({}), { initErrors: ["unhealthy"] }, []],
    ["a running one is left alone", container("c"), {}, []],
    ["a restarting one is left alone", stopped({ status: "restarting" }), {}, []],
  ])("%s", (_, found, known, expected) => {
    expect(decide(found, known)).toEqual(expected);
  });

  it("that a cutover starts are told apart, since without traffic they must not run", () => {
    const mustRun = (inputs: Record<string, unknown>) =>
      findStopped(
        inventory({ containers: [stopped({})] }),
        state(resource("container", "c", { inputs })),
      ).map((found) => found.mustRun);
    expect(mustRun({ mustRun: false })).toEqual([false]);
    expect(mustRun({})).toEqual([true]);
  });

  it("that state does not know are not started", () => {
    expect(findStopped(inventory({ containers: [stopped({})] }), state())).toEqual([]);
  });
});

describe("a state lock", () => {
  const lock = { path: "l", pid: 7, username: "u", hostname: "here", timestamp: "2026-01-01T00:00:00Z" };
  const taken = Date.parse(lock.timestamp);
  it.each([
    ["of this machine whose process is gone is removed", "here", "gone", "remove"],
    ["of another machine is kept, whatever runs here", "there", "gone", "keep"],
    ["of a living process is kept", "here", { startedAt: taken - 60_000 }, "keep"],
    ["whose number another process has now is removed", "here", { startedAt: taken + 60_000 }, "remove"],
    ["of a process of unknown age is kept", "here", {}, "keep"],
  ] as const)("%s", (_, hostname, process, expected) => {
    expect(judgeLock(lock, hostname, process)).toBe(expected);
  });
});

it("names pending creations that no label can find", () => {
  const pending = (type: string, resourceType: string) => ({
    type,
    resource: { urn: resourceType, type: resourceType },
  });
  const pendingOperations = [
    pending("creating", "docker:index/container:Container"),
    pending("creating", "cloudflare:index/dnsRecord:DnsRecord"),
    pending("deleting", "cloudflare:index/dnsRecord:DnsRecord"),
  ];
  expect(unfindable({ ...state(), pendingOperations })).toEqual(["cloudflare:index/dnsRecord:DnsRecord"]);
});
