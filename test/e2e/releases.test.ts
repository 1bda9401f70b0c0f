import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLoad } from "../support/load";
import type { CommandResult } from "./support/command";
import { eventually, request } from "./support/http";
import { Echo, slowLoad } from "./support/long-lived";
import { docker, TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

describe("a release", () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create();
    // Fails soon enough for a test; the health check itself stays as it is.
    stack.configure((config) => {
      config.database.maxConnections = 40;
      for (const service of Object.values<Record<string, unknown>>(config.services)) {
        service.healthCheck = { startPeriodSeconds: 10 };
      }
    });
    await stack.up();
  });
  afterAll(() => stack?.destroy());

  const version = async () => (await request(stack, "/version")).headers["x-product-version"];
  const releases = async () =>
    (await stack.inventory()).filter((line) => line.startsWith("container") && line.includes(" service "))
      .length;

  /** The old release alone runs; its configuration converges. */
  const backToWhatServes = async () => {
    // The failed containers are kept for their logs, but do not run on.
    expect(await runningReleases(stack)).toEqual(["1.0.0"]);
    stack.setRelease("1.0.0");
    await stack.up();
    expect(await version()).toBe("1.0.0");
    expect(await releases()).toBe(2);
  };

  /** An update to a release that turns out to be bad once it has traffic, under load. */
  const provenBad = async (tag: string) => {
    const restore = readFileSync(stack.configFile, "utf8");
    stack.configure((config) => {
      for (const service of Object.values<Record<string, unknown>>(config.services))
        Object.assign(service, {
          proveSeconds: 15,
          healthCheck: { ...(service.healthCheck as object), intervalSeconds: 1, retries: 1 },
        });
    });
    const load = UnderLoad.start(stack);
    stack.setRelease(tag);
    const failed = await stack.run(["up", "--yes"]);
    const report = await load.stop();
    writeFileSync(stack.configFile, restore);
    return { failed, report };
  };

  it("changes under load without a failed request, a lost or a doubled item", async () => {
    const [load, slow, socket] = [UnderLoad.start(stack), slowLoad(stack), await Echo.open(stack)];
    stack.setRelease("1.1.0");
    await stack.up();
    const [report, long] = await Promise.all([load.stop(), slow.stop()]);
    const switched = Math.min(...report.reports.map(({ versions }) => versions["1.1.0"]?.first ?? Infinity));
    // Of those of 10 seconds some were in flight when the release behind them lost its route.
    expect([long.ended, long.failed], JSON.stringify(long.samples)).toEqual(["stopped", 0]);
    expect(long.versions["1.0.0"]!.last).toBeGreaterThan(switched);
    // RFC 6455, section 7.4.1: told that its server goes away, not cut, and within drain and stop grace.
    expect(socket.closed?.code).toBe(1001);
    expect(socket.lastEchoMs).toBeGreaterThan(switched);
    expect(socket.closed!.atMs - switched).toBeLessThan(40_000);
    console.log(
      `released under load: ${report.failed} of ${report.total} requests failed, ${long.failed} of ${long.total} of 10 s; ` +
        `WebSocket ended by the old release ${((socket.closed!.atMs - switched) / 1000).toFixed(1)} s after the switch`,
    );
    expect(report.failed, report.detail).toBe(0);
    expect(report.total).toBeGreaterThan(500);
    expect(report.versions).toEqual(["1.0.0", "1.1.0"]);
    expect([report.lost, report.doubled]).toEqual([[], []]);
    expect(await version()).toBe("1.1.0");
    expect(await releases()).toBe(2);
  });

  it("goes back by the old config, the same way", async () => {
    const load = UnderLoad.start(stack);
    stack.setRelease("1.0.0");
    await stack.up();
    const report = await load.stop();
    expect(report.failed, report.detail).toBe(0);
    expect(await version()).toBe("1.0.0");
  });

  it.each([
    [
      "never gets healthy",
      "1.1.0-never-healthy",
      /^health check: server-\S+ is unhealthy: not ready/m,
      "listening",
    ],
    [
      "fails its smoke request though it is healthy",
      "1.1.0-failing-smoke",
      /release [0-9a-f]{12} of (?:server|dashboard): smoke request \/ to instance \S+ gave status 500, expected 200/,
      "ready",
    ],
  ])("that %s gets no request while the old one serves them all", async (_, tag, cause, lastLine) => {
    const load = UnderLoad.start(stack);
    stack.setRelease(tag);
    const failed = await stack.run(["up", "--yes"]);
    const report = await load.stop();
    expectNamed(failed, tag, cause, lastLine);
    expect(report.failed, report.detail).toBe(0);
    expect(report.versions).toEqual(["1.0.0"]);
    await backToWhatServes();
  });

  it("that turns out to be bad while it proves itself under load goes, and the old one serves on", async () => {
    const unhealthy = await provenBad("1.1.0-unhealthy-in-service");
    expectNamed(
      unhealthy.failed,
      "1.1.0-unhealthy-in-service",
      /release [0-9a-f]{12} of server: instance server-\S+ is unhealthy/,
      "ready",
    );
    expect(unhealthy.report.failed, unhealthy.report.detail).toBe(0);
    expect(unhealthy.report.versions).toEqual(["1.0.0", "1.1.0-unhealthy-in-service"]);

    const crashed = await provenBad("1.1.0-crash-in-service");
    expectNamed(
      crashed.failed,
      "1.1.0-crash-in-service",
      // Whoever looks first when it ends: at the instance, or through the route.
      /release [0-9a-f]{12} of server: (instance server-\S+ (is|ran|has) |smoke request \/ to its route gave status 502)/,
      "this release crashes in service",
    );
    const { report } = crashed;
    expect(report.versions).toEqual(expect.arrayContaining(["1.0.0", "1.1.0-crash-in-service"]));
    expect([report.lost, report.doubled]).toEqual([[], []]);
    // What it was answering when it ended is lost with it, and nothing of what came in the seconds until Docker knew.
    console.log(`crashed under load: ${report.failed} of ${report.total} requests failed`);
    expect(report.failed, report.detail).toBeLessThanOrEqual(16);
    const sent = report.reports.flatMap(({ samples }) => samples.map(({ at }) => at));
    if (sent.length > 0) expect(Math.max(...sent) - Math.min(...sent), report.detail).toBeLessThan(1_500);
    await backToWhatServes();
    await stack.mustRun(["preview", "--expect-no-changes"]);
  });

  it("that runs out of memory says so, and the old one serves all requests", async () => {
    const load = UnderLoad.start(stack);
    stack.setRelease("1.1.0-out-of-memory");
    const failed = await stack.run(["up", "--yes"]);
    const report = await load.stop();
    expect(failed.exitCode, failed.output).not.toBe(0);
    expect(failed.output).toMatch(/^release [0-9a-f]{12} of server is not in service/m);
    expect(failed.output).toMatch(/^out of memory: server-\S+ was killed at its limit of 192 MiB/m);
    expect(failed.output).toMatch(/"version":"1\.1\.0-out-of-memory"/);
    expect(report.failed, report.detail).toBe(0);
    expect(report.versions).toEqual(["1.0.0"]);
    expect(await runningReleases(stack)).toEqual(["1.0.0"]);

    stack.setRelease("1.0.0");
    await stack.up();
    expect(await releases()).toBe(2);
    await stack.mustRun(["preview", "--expect-no-changes"]);
  });

  it("that has no room beside the old one is refused before anything is touched", async () => {
    const before = await stack.containers("service");
    stack.configure((config) => {
      config.services.server.limits = { memoryMiB: 1_048_576 };
    });
    const refused = await stack.run(["up", "--yes"]);
    expect(refused.exitCode, refused.output).toBe(3);
    expect(refused.output).toMatch(/REFUSED +chg-headroom/);
    expect(refused.output).toMatch(/limits of \d+ MiB run and 1048576 MiB would start beside them/);
    stack.configure((config) => {
      delete config.services.server.limits;
    });
    expect(await stack.containers("service")).toEqual(before);
  });

  it("for which the database has not connections enough is refused before anything is touched", async () => {
    const before = await stack.containers("service");
    const [database] = await stack.containers("database");
    const load = startLoad({
      connectTo: { host: "127.0.0.1", port: stack.httpsPort },
      ca: readFileSync(stack.caFile, "utf8"),
      requests: [stack.url("/")],
      writes: stack.url(""),
      connections: 2,
      maxSeconds: 120,
    });
    // What the product no longer needs of its pool it gives back after 10 s (node-postgres); the load keeps the rest.
    await sleep(12_000);
    const others = await takeConnections(database!);
    stack.setRelease("1.1.0");
    const refused = await stack.run(["up", "--yes"]);
    await others.end();
    await load.stop();
    stack.setRelease("1.0.0");
    expect(refused.exitCode, refused.output).toBe(3);
    expect(refused.output).toMatch(/REFUSED +chg-connections/);
    expect(refused.output).toMatch(/\d+ connections to the database are open/);
    expect(await stack.containers("service")).toEqual(before);
  });

  it("that failed its health wait comes up by the same config once the cause is gone", async () => {
    const [database] = await stack.containers("database");
    const psql = (sql: string) =>
      docker("exec", database!, "psql", "--username=postgres", "--dbname=vault", "--command", sql);
    await psql(
      "SET ROLE vault_owner; INSERT INTO demo_faults VALUES ('never-healthy') ON CONFLICT DO NOTHING",
    );
    stack.setRelease("1.1.0-flaky-start");
    expect((await stack.run(["up", "--yes"])).exitCode).not.toBe(0);
    expect(await version()).toBe("1.0.0");
    await psql("DELETE FROM demo_faults");
    await stack.up();
    expect(await version()).toBe("1.1.0-flaky-start");
    expect(await releases()).toBe(2);
  });

  it("gets its replicas by config, without a new release", async () => {
    const before = await stack.containers("service");
    stack.configure((config) => {
      config.services.server.replicas = 2;
    });
    const load = UnderLoad.start(stack);
    await stack.up();
    const report = await load.stop();
    expect(report.failed, report.detail).toBe(0);
    const after = await stack.containers("service");
    expect(after).toHaveLength(3);
    expect(after).toEqual(expect.arrayContaining(before));
    const instances = new Set<unknown>();
    await eventually(async () => {
      instances.add((await request(stack, "/version")).headers["x-product-instance"]);
      if (instances.size < 2) throw new Error("only one instance answers");
    }, 20);
  });
});

/**
 * Takes every connection that a database has for others, and keeps them.
 * @param database its container
 */
async function takeConnections(database: string) {
  const psql = (sql: string) =>
    docker("exec", database, "psql", "--username=postgres", "--tuples-only", "--command", sql);
  const clients = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
  const taken = `${clients} AND query LIKE '%pg_sleep%'`;
  const setting = (name: string) => `current_setting('${name}')::int`;
  const free = Number(
    await psql(
      `SELECT ${setting("max_connections")} - ${setting("superuser_reserved_connections")} - count(*) ${clients}`,
    ),
  );
  const session = "psql --username=postgres --command 'SELECT pg_sleep(300)'";
  const sessions = `for n in $(seq ${free}); do ${session} & done; wait`;
  await docker("exec", "--detach", database, "bash", "-c", sessions);
  await eventually(async () => expect(Number(await psql(`SELECT count(*) ${taken}`))).toBe(free), 30);
  return { end: () => psql(`SELECT pg_terminate_backend(pid) ${taken}`) };
}

/** A failed update names release, cause, and the end of its log. */
function expectNamed(
  { exitCode, output }: CommandResult,
  tag: string,
  cause: RegExp,
  lastLine: string,
): void {
  expect(exitCode, output).toBe(1);
  expect(output).toMatch(/^release [0-9a-f]{12} of server is not in service/m);
  expect(output).toMatch(cause);
  expect(output).toMatch(new RegExp(`^ {2}\\S+ .*"version":"${tag}"`, "m"));
  expect(output).toMatch(new RegExp(`^ {2}\\S+ .*${lastLine}`, "m"));
}

/** Versions of the releases whose containers run, by what they answer to their own health check's port. */
async function runningReleases(stack: TestStack): Promise<string[]> {
  const ids = await stack.containers("service");
  const versions = await Promise.all(
    ids.map(
      async (id) =>
        /PRODUCT_VERSION=(.*)/.exec(
          await docker("inspect", "--format", '{{join .Config.Env "\\n"}}', id),
        )?.[1],
    ),
  );
  return [...new Set(versions)].map(String).sort();
}
