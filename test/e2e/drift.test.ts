import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./support/http";
import { docker, TestStack } from "./support/test-stack";

const DRIFTED = 4;

describe("drift", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  const found = async () => {
    const { exitCode, stdout, output } = await stack.run(["drift", "--json"]);
    expect([0, DRIFTED], output).toContain(exitCode);
    const { differences } = JSON.parse(stdout) as { differences: Record<string, string>[] };
    expect(exitCode, output).toBe(differences.length > 0 ? DRIFTED : 0);
    return differences.map(({ what, expected, found: now }) => `${what}: ${expected} -> ${now}`).sort();
  };

  it("is none after an update", async () => {
    expect(await found()).toEqual([]);
    expect((await stack.run(["drift"])).stdout).toBe(`Stack ${stack.name}: as the last update left it\n`);
  });

  it("is told of routes that are not those of the update", async () => {
    await stack.withoutRoutes(() =>
      eventually(async () => {
        expect(await found()).toEqual([expect.stringMatching(/^routes loaded: [0-9a-f]{12} -> none$/)]);
      }),
    );
    await eventually(async () => {
      expect(await found()).toEqual([]);
    });
  });

  it("is told of containers, networks and strays, and is gone when they are put right", async () => {
    const [server] = await stack.containers("service");
    const name = await docker("inspect", "--format", "{{slice .Name 1}}", server!);
    const [edge] = await stack.containers("edge");
    const stray = `${stack.name}-stray`;
    await docker(
      "update",
      "--memory=300m",
      "--memory-swap=300m",
      "--restart=no",
      "--pids-limit=100",
      server!,
    );
    await docker("network", "connect", "bridge", server!);
    await docker("volume", "create", `--label=strongroom.stack=${stack.name}`, stray);
    try {
      const told = await found();
      expect(told).toEqual(
        expect.arrayContaining([
          "memory: 192 MiB -> 300 MiB",
          "memory with swap: 192 MiB -> 300 MiB",
          "network bridge: (none) -> attached",
          "process limit: none -> 100",
          "restart policy: unless-stopped -> no",
          "volume: not there -> there",
        ]),
      );
      const text = await stack.run(["drift"]);
      expect(text.exitCode, text.output).toBe(DRIFTED);
      expect(text.stdout).toContain(`\n  ${name}  memory: 300 MiB, expected 192 MiB\n`);
    } finally {
      const before = ["--memory=192m", "--memory-swap=192m", "--restart=unless-stopped", "--pids-limit=-1"];
      await docker("update", ...before, server!);
      await docker("network", "disconnect", "bridge", server!);
      await docker("volume", "rm", stray);
    }
    expect(await found()).toEqual([]);
    await docker("stop", edge!);
    expect((await found()).some((line) => line.startsWith("state: running -> "))).toBe(true);
    await stack.up();
    expect(await found()).toEqual([]);
  });
});
