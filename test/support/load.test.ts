import "reflect-metadata";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import * as x509 from "@peculiar/x509";
import { afterEach, describe, expect, it } from "vitest";
import { startLoad, verifyItems, type WrittenItem } from "./load";
import { percentile } from "./load-report";

type Server = http.Server | https.Server;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const serve = (listener: http.RequestListener): Promise<number> => listen(http.createServer(listener));

/** A product that keeps items in memory; `store` may lose or double what it is given. */
async function product(store: (items: object[], item: object) => void): Promise<string> {
  const items: { id: number; text: string; key: string }[] = [];
  const port = await serve((request, response) => {
    response.setHeader("X-Product-Version", "1.0.0");
    if (request.method === "GET") {
      response.end(JSON.stringify({ items }));
      return;
    }
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      const item = { id: items.length + 1, key: request.headers["idempotency-key"], ...JSON.parse(body) };
      store(items, item);
      response.writeHead(201).end(JSON.stringify({ id: item.id }));
    });
  });
  return `http://127.0.0.1:${port}`;
}

describe("startLoad", () => {
  it("follows redirects with method and body when it is told to, and counts them as one request", async () => {
    const asked: string[] = [];
    const port = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.url === "/loop") response.writeHead(307, { Location: "/loop" }).end();
      else if (request.url!.startsWith("/old"))
        response
          .writeHead(request.method === "GET" ? 301 : 308, { Location: request.url!.replace("old", "new") })
          .end();
      else response.end("body");
    });
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    const load = async (request: { url: string; method?: string }) => {
      asked.length = 0;
      const options = { connections: 1, maxRequests: 1, followRedirects: true };
      const running = startLoad({ ...options, requests: () => request });
      while (running.total === 0) await new Promise((done) => setTimeout(done, 5));
      const { total, failed, failures } = await running.stop();
      return { total, failed, failures };
    };
    const good = { total: 1, failed: 0, failures: {} };
    expect(await load({ url: at("/old?a=b") })).toEqual(good);
    expect(asked).toEqual(["GET /old?a=b", "GET /new?a=b"]);
    expect(await load({ url: at("/old"), method: "POST" })).toEqual(good);
    expect(asked).toEqual(["POST /old", "POST /new"]);
    expect(await load({ url: at("/loop") })).toEqual({ total: 1, failed: 1, failures: { REDIRECTS: 1 } });
  });

  it("counts versions, instances and statuses, and fails what is not 2xx or 3xx", async () => {
    let asked = 0;
    const port = await serve((_, response) => {
      asked++;
      response.setHeader("X-Product-Version", asked > 10 ? "1.1.0" : "1.0.0");
      response.setHeader("X-Product-Instance", "a");
      response.writeHead(asked === 5 ? 502 : asked === 6 ? 404 : asked === 7 ? 302 : 200).end("body");
    });
    const load = startLoad({
      requests: [`http://127.0.0.1:${port}/`],
      connections: 1,
      thinkMs: 0,
      maxRequests: 20,
    });
    await expect.poll(() => load.total).toBe(20);
    const report = await load.stop();
    expect(report).toMatchObject({
      ended: "maxRequests",
      total: 20,
      failed: 2,
      failures: { "status 502": 1, "status 404": 1 },
      statuses: { 200: 17, 302: 1, 404: 1, 502: 1 },
      instances: { a: { count: 20 } },
    });
    expect(report.versions["1.0.0"]!.count).toBe(10);
    expect(report.versions["1.1.0"]!.first).toBeGreaterThanOrEqual(report.versions["1.0.0"]!.last);
    expect(report.samples.map(({ kind }) => kind)).toEqual(["status 502", "status 404"]);
    expect(report.latencyMs.p99).toBeGreaterThanOrEqual(report.latencyMs.p50);
  });

  it("tells a page that is expected from another answer of its status, and when it was there", async () => {
    const port = await serve((request, response) => {
      const text = { "/page": "Back soon", "/error": "no server" }[request.url!] ?? "fine";
      response.writeHead(text === "fine" ? 200 : 503).end(text);
    });
    const load = startLoad({
      requests: ["/", "/page", "/error", "/page"].map((path) => `http://127.0.0.1:${port}${path}`),
      isPage: ({ status, body }) => status === 503 && body === "Back soon",
      connections: 1,
      thinkMs: 5,
      maxRequests: 4,
    });
    await expect.poll(() => load.total).toBe(4);
    const { failed, failures, page, statuses } = await load.stop();
    expect({ failed, failures, statuses }).toEqual({
      failed: 1,
      failures: { "status 503": 1 },
      statuses: { 200: 1, 503: 3 },
    });
    expect(page!.count).toBe(2);
    expect(page!.last - page!.first).toBeGreaterThanOrEqual(5);
  });

  it("fails requests whose connection is reset, cut in the middle, refused or silent", async () => {
    const port = await serve((request, response) => {
      if (request.url === "/reset") request.socket.resetAndDestroy();
      if (request.url === "/cut") response.writeHead(200, { "Content-Length": 10 }).write("half");
      if (request.url === "/cut") setTimeout(() => request.socket.destroy(), 20);
    });
    const free = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const requests = [
      ...["reset", "cut", "silent"].map((path) => `http://127.0.0.1:${port}/${path}`),
      `http://127.0.0.1:${free}/`,
    ];
    const load = startLoad({ requests, connections: 4, maxRequests: 4, timeoutSeconds: 0.3 });
    await expect.poll(() => load.total).toBe(4);
    const report = await load.stop();
    expect(report).toMatchObject({ total: 4, failed: 4, failures: { TIMEOUT: 1, ECONNREFUSED: 1 } });
    expect(report.failures.ECONNRESET).toBe(2);
    expect(report.samples.find(({ url }) => url.endsWith("/cut"))!.reusedConnection).toBe(false);
  });

  it("lets a request in flight finish when it is stopped", async () => {
    const asked: string[] = [];
    const port = await serve((request, response) => {
      asked.push(request.url!);
      setTimeout(() => response.end(), 300);
    });
    const load = startLoad({ requests: [`http://127.0.0.1:${port}/`], connections: 1 });
    await expect.poll(() => asked).toHaveLength(1);
    expect(await load.stop()).toMatchObject({ ended: "stopped", total: 1, failed: 0 });
  });

  it("ends by its time limit and by its signal", async () => {
    const port = await serve((_, response) => response.end());
    const requests = [`http://127.0.0.1:${port}/`];
    const timed = startLoad({ requests, connections: 2, maxSeconds: 0.2 });
    const abort = new AbortController();
    const aborted = startLoad({ requests, connections: 2, signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 400));
    abort.abort();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const total = aborted.total;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(aborted.total).toBe(total);
    expect((await timed.stop()).ended).toBe("maxSeconds");
    expect((await aborted.stop()).ended).toBe("stopped");
  });

  it.each([
    [true, 1],
    [false, 5],
  ])("with keepAlive %s needs %i connections for 5 requests", async (keepAlive, expected) => {
    const ports = new Set<number>();
    const port = await serve((request, response) => {
      ports.add(request.socket.remotePort!);
      response.end();
    });
    const load = startLoad({
      requests: [`http://127.0.0.1:${port}/`],
      connections: 1,
      maxRequests: 5,
      keepAlive,
    });
    await expect.poll(() => load.total).toBe(5);
    expect((await load.stop()).failed).toBe(0);
    expect(ports.size).toBe(expected);
  });

  it.each([
    "http://vault.test/",
    "http://localhost/",
    "http://10.0.0.1/",
    "http://172.17.0.2:3000/",
    "http://[fe80::1]/",
  ])("refuses %s", (url) => expect(() => startLoad({ requests: [url] })).toThrow(/loopback addresses only/));

  it("refuses another host by connectTo, and by a request that is made later", async () => {
    const connectTo = { host: "172.17.0.2", port: 80 };
    expect(() => startLoad({ requests: ["http://127.0.0.1/"], connectTo })).toThrow(
      /loopback addresses only/,
    );
    const load = startLoad({ requests: () => ({ url: "http://10.0.0.1/" }) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(load.stop()).rejects.toThrow(/loopback addresses only/);
  });

  it("keeps the URL's name for SNI, Host and the certificate's check while it connects elsewhere", async () => {
    const { key, certificate } = await certificateFor("vault.test");
    const seen = new Set<string>();
    const port = await listen(
      https.createServer({ key, cert: certificate }, (request, response) => {
        seen.add(
          `${(request.socket as TLSSocket & { servername: string }).servername} ${request.headers.host}`,
        );
        response.end();
      }),
    );
    const run = async (url: string, ca: string) => {
      const load = startLoad({
        requests: [url],
        connectTo: { host: "127.0.0.1", port },
        ca,
        maxRequests: 3,
        connections: 1,
      });
      await expect.poll(() => load.total).toBe(3);
      return load.stop();
    };
    expect((await run("https://vault.test:8443/", certificate)).failures).toEqual({});
    expect([...seen]).toEqual(["vault.test vault.test:8443"]);
    expect((await run("https://other.test/", certificate)).failures).toEqual({
      ERR_TLS_CERT_ALTNAME_INVALID: 3,
    });
    const stranger = await certificateFor("vault.test");
    expect((await run("https://vault.test/", stranger.certificate)).failures).toEqual({
      DEPTH_ZERO_SELF_SIGNED_CERT: 3,
    });
  });
});

describe("items", () => {
  async function written(store: (items: object[], item: object) => void): Promise<[string, WrittenItem[]]> {
    const api = await product(store);
    const load = startLoad({
      requests: [`${api}/`],
      writes: api,
      connections: 2,
      thinkMs: 0,
      maxRequests: 40,
    });
    await expect.poll(() => load.total).toBe(40);
    return [api, (await load.stop()).items];
  }

  it("are all there", async () => {
    const [api, items] = await written((all, item) => all.push(item));
    expect(items).toHaveLength(20);
    expect(await verifyItems(api, items)).toEqual({ acknowledged: 20, lost: [], doubled: [], surplus: [] });
  });

  it("are told by key if lost or doubled", async () => {
    let given = 0;
    const [api, items] = await written((all, item) => {
      given++;
      if (given === 3) return;
      all.push(item);
      if (given === 5) all.push({ ...item, id: 1_000, key: "another" });
    });
    const verification = await verifyItems(api, items);
    expect(verification.acknowledged).toBe(20);
    expect(verification.lost).toHaveLength(1);
    expect(verification.doubled).toHaveLength(1);
  });

  it("are sent again under the same key until they are acknowledged", async () => {
    const stored = new Map<string, number>();
    let asked = 0;
    const port = await serve((request, response) => {
      const key = String(request.headers["idempotency-key"]);
      const replayed = stored.has(key);
      if (!replayed) stored.set(key, stored.size + 1);
      // Stored, but the client does not learn of it.
      if (++asked % 4 === 0) return void request.socket.destroy();
      if (replayed) response.setHeader("Idempotency-Replayed", "true");
      response.end(JSON.stringify({ id: stored.get(key) }));
    });
    const api = `http://127.0.0.1:${port}`;
    const requests = () => ({ url: `${api}/items`, method: "PUT", headers: { "Idempotency-Key": "read" } });
    const load = startLoad({ requests, writes: api, connections: 1, maxRequests: 40, thinkMs: 0 });
    await expect.poll(() => load.total).toBe(40);
    const { items, failed } = await load.stop();
    expect(failed).toBe(10);
    expect(items.length).toBe(stored.size - 1);
    expect(items.filter(({ replayed }) => replayed).length).toBeGreaterThan(0);
    expect(items.filter(({ id }) => id === undefined).length).toBeLessThanOrEqual(1);
  });

  it("that were not acknowledged are surplus if they are there, else nothing", async () => {
    const api = await product((all, item) => all.push(item));
    await fetch(`${api}/items`, {
      method: "POST",
      headers: { "Idempotency-Key": "k" },
      body: '{"text":"load k"}',
    });
    const items = [
      { key: "k", text: "load k" },
      { key: "l", text: "load l" },
    ];
    expect(await verifyItems(api, items)).toEqual({ acknowledged: 0, lost: [], doubled: [], surplus: ["k"] });
  });
});

describe("percentile", () => {
  it("takes the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([50, 99, 100]);
    expect(percentile([], 50)).toBe(0);
  });
});

/** A self-signed certificate and its key, in PEM. */
async function certificateFor(name: string): Promise<{ key: string; certificate: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }])],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: x509.PemConverter.encode(key, "PRIVATE KEY"), certificate: certificate.toString("pem") };
}
