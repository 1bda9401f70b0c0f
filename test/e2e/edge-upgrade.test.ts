import { readFileSync } from "node:fs";
import http2 from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Load, startLoad } from "../support/load";
import { imageWithLabel, recordAsVerified, TEST_SIGNER } from "./support/image";
import { assertConverged, crash, FULL } from "./support/interruption";
import { Echo, slowLoad } from "./support/long-lived";
import { docker, TestStack } from "./support/test-stack";
import { UnderLoad } from "./support/under-load";

describe("another edge", () => {
  let stack: TestStack;
  /** The edge's image with another label: another id, and the same inside. */
  let image: string;

  beforeAll(async () => {
    stack = await TestStack.create();
    await stack.up();
    const [edge] = await stack.containers("edge");
    const old = await docker("inspect", "--format", "{{.Image}}", edge!);
    image = await imageWithLabel(old.trim(), stack.name);
    // As if it had come out of a signed archive.
    recordAsVerified(stack, image, "edge");
  });
  afterAll(async () => {
    await stack?.destroy();
    if (image) await docker("rmi", "--force", image);
  });

  const setLimits = (memoryMiB: number) =>
    stack.configure((config) => {
      config.edge.limits = { memoryMiB };
    });

  it.each(
    changes(
      () => stack,
      () => image,
    ),
  )("by its %s fails no request", async (what, change) => {
    const [front, before] = [await stack.containers("edge-front"), await stack.containers("edge")];
    const load = UnderLoad.start(stack);
    const more = [slowLoad(stack), redirectLoad(stack)];
    const sessions = Http2Load.start(stack, 4);
    const socket = await Echo.open(stack);
    await sleep(1000);
    change();
    await stack.up();
    const [report, h2, ...others] = [
      await load.stop(),
      await sessions.stop(),
      ...(await Promise.all(more.map((one) => one.stop()))),
    ];
    const after = await stack.containers("edge");
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    // What the old one had of certificates' keys is gone with it.
    expect(await docker("exec", after[0]!, "ls", "/etc/strongroom/edge/instances")).toBe(
      after[0]!.slice(0, 12),
    );
    expect(await stack.containers("edge-front")).toEqual(front);

    expect(report.failed, report.detail).toBe(0);
    expect([report.lost, report.doubled]).toEqual([[], []]);
    for (const { ended, failed, samples, total } of others) {
      expect([ended, failed], JSON.stringify(samples)).toEqual(["stopped", 0]);
      expect(total).toBeGreaterThan(0);
    }
    expect(h2.failures).toEqual([]);
    // Each was told to go by the edge that was drained, and none was cut.
    expect(h2.sessions).toBeGreaterThanOrEqual(8);
    // It echoed until the old edge's grace was over.
    expect(socket.lastEchoMs).toBeGreaterThan(socket.openedMs + 20_000);
    socket.close();
    console.log(
      `edge replaced by its ${what}: ${report.total} requests by HTTP/1.1, ${h2.total} by HTTP/2, ` +
        `${others.map(({ total }) => total).join(" slow and redirected ")}; failed ` +
        `${report.failed + h2.failures.length + others.reduce((sum, { failed }) => sum + failed, 0)}; ` +
        `WebSocket ${Math.round((socket.lastEchoMs - socket.openedMs) / 1000)} s`,
    );
    await stack.mustRun(["preview", "--expect-no-changes"]);
  });

  it("that does not start gets no request, and the old configuration converges", async () => {
    const before = await stack.containers("edge");
    const { image: demo } = stackServices(stack);
    let good: unknown;
    stack.configure((config) => {
      good = config.edge.image;
      config.edge.image = demo;
    });
    const load = UnderLoad.start(stack);
    expect((await stack.run(["up", "--yes"])).exitCode).not.toBe(0);
    expect(await stack.containers("edge")).toEqual(expect.arrayContaining(before));
    stack.configure((config) => {
      config.edge.image = good;
    });
    await stack.up();
    const report = await load.stop();
    expect(report.failed, report.detail).toBe(0);
    await assertConverged(stack, "1.0.0");
  });

  const points = [
    ["while its container is being made", "create", 384, 384],
    ["right before the front turns", "pending", 448, 384],
    ["right after it was confirmed", "confirmed", 512, 384],
    ["while the old one drains", "draining", 576, 576],
  ] as const;
  // CI has time for one on either side of the turn.
  const tried = points.filter(([, point]) => FULL || point === "pending" || point === "draining");
  it.each(tried)("interrupted by SIGKILL %s converges", async (_, point, there, then) => {
    setLimits(there);
    const load = UnderLoad.start(stack);
    let report;
    try {
      const run = stack.start(["up", "--yes"]);
      await reached(stack, point);
      await crash(stack, run);
      setLimits(then);
      await stack.up();
    } finally {
      report = await load.stop();
    }
    expect(report.failed, report.detail).toBe(0);
    await assertConverged(stack, "1.0.0");
    const [edge] = await stack.containers("edge");
    expect(await docker("inspect", "--format", "{{.HostConfig.Memory}}", edge!)).toBe(
      String(then * 1024 * 1024),
    );
    expect(await docker("exec", edge!, "ls", "/etc/strongroom/edge/instances")).toBe(edge!.slice(0, 12));
  });
});

/** What makes another edge; each takes a minute and a half, for which a WebSocket is let live. */
function changes(stack: () => TestStack, image: () => string): [string, () => void][] {
  const edge = (change: Record<string, unknown>) =>
    stack().configure((config) => {
      Object.assign(config.edge, change);
    });
  return [
    ["image", () => edge({ image: { id: image(), version: "3.6.7", signer: TEST_SIGNER } })],
    ...(FULL
      ? ([
          ["limits", () => edge({ limits: { memoryMiB: 320 } })],
          [
            "static settings",
            () =>
              stack().configure((config) => {
                config.outboundProxy = { url: "http://proxy.localhost:3128", noProxy: ["127.0.0.1"] };
              }),
          ],
        ] satisfies [string, () => void][])
      : []),
  ];
}

function stackServices(stack: TestStack): { image: unknown } {
  let image: unknown;
  stack.configure((config) => {
    image = config.services.server.image;
  });
  return { image };
}

/** Waits until the replacement of the edge has come so far. */
async function reached(
  stack: TestStack,
  point: "create" | "pending" | "confirmed" | "draining",
): Promise<void> {
  if (point === "create") {
    const before = await stack.containers("edge", true);
    while ((await stack.containers("edge", true)).length <= before.length) await sleep(20);
    return;
  }
  const [edge] = await stack.containers("edge");
  const inEdge = (script: string) =>
    docker("exec", edge!, "sh", "-c", `cd /etc/strongroom/edge && ${script}`);
  const started = (await inEdge("wc -l < journal.jsonl")).trim();
  for (;;) {
    const news = await inEdge(`tail -n +${Number(started) + 1} journal.jsonl`);
    if (point !== "draining" && news.includes(`"step":"${point}"`)) return;
    if (
      news.includes('"step":"confirmed"') &&
      (await inEdge("cat instances/*/routes.yml")).includes("draining")
    )
      return;
    await sleep(20);
  }
}

function redirectLoad(stack: TestStack): Load {
  return startLoad({
    connectTo: { host: "127.0.0.1", port: stack.httpPort },
    requests: [`http://vault.localhost:${stack.httpPort}/`],
    connections: 4,
    keepAlive: true,
    maxSeconds: 240,
  });
}

/** A closed loop over HTTP/2 sessions; a client opens another one when the server says that it is going away. */
class Http2Load {
  private ended = false;
  private total = 0;
  private sessions = 0;
  private readonly failures: string[] = [];
  private constructor(private readonly stack: TestStack) {}
  private clients: Promise<void>[] = [];

  static start(stack: TestStack, clients: number): Http2Load {
    const load = new Http2Load(stack);
    load.clients = Array.from({ length: clients }, () => load.client());
    return load;
  }

  async stop() {
    this.ended = true;
    await Promise.all(this.clients);
    return { total: this.total, sessions: this.sessions, failures: this.failures };
  }

  private async client(): Promise<void> {
    let session: http2.ClientHttp2Session | undefined;
    while (!this.ended) {
      if (!session || session.closed || session.destroyed) session = this.open();
      try {
        const status = await this.ask(session);
        if (status !== 200) this.failures.push(`status ${status}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      this.total++;
      await sleep(20);
    }
    session?.close();
  }

  private open(): http2.ClientHttp2Session {
    this.sessions++;
    const session = http2.connect(`https://127.0.0.1:${this.stack.httpsPort}`, {
      ca: readFileSync(this.stack.caFile),
      servername: "vault.localhost",
    });
    session.on("error", (error) => this.failures.push(`session: ${error.message}`));
    return session;
  }

  private ask(session: http2.ClientHttp2Session): Promise<number> {
    return new Promise((done, fail) => {
      const stream = session.request({
        ":path": "/version",
        ":authority": `vault.localhost:${this.stack.httpsPort}`,
      });
      let status = 0;
      stream.on("response", (headers) => (status = Number(headers[":status"])));
      stream.on("error", fail);
      stream.on("end", () => done(status));
      stream.resume();
    });
  }
}
