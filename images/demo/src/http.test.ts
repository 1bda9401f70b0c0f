import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Drain } from "./drain";
import { createListener, HttpError } from "./http";

const state = { ready: true };
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer(
    createListener({
      routes: {
        "GET /": () => ({ body: "<p>front</p>" }),
        "GET /health": () => ({ body: { status: "live" } }),
        "GET /items/:id": ({ params, query }) => ({ body: { ...params, after: query.get("after") } }),
        "POST /items": async ({ json }) => ({ status: 201, body: await json() }),
        "GET /broken": () => {
          throw new Error("something that nobody outside should read");
        },
        "GET /down": () => {
          throw Object.assign(new Error("terminating connection"), { code: "57P01" });
        },
        "GET /refused": () => {
          throw new HttpError(403, "not for you");
        },
      },
      pathPrefix: "/vault",
      headers: { "X-Product-Version": "1.0.0" },
      drain: new Drain(),
      alwaysOpen: ["/health"],
      isReady: () => state.ready,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("createListener", () => {
  it.each([
    ["GET", "/", 200],
    ["GET", "/vault", 200],
    ["GET", "/vault/", 200],
    ["HEAD", "/", 200],
    ["GET", "/vaults", 404],
    ["GET", "/nothing", 404],
    ["DELETE", "/items", 405],
    ["GET", "/broken", 500],
    ["GET", "/down", 503],
    ["GET", "/refused", 403],
  ])("%s %s answers %i, always with the release's version", async (method, path, status) => {
    const response = await fetch(base + path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get("x-product-version")).toBe("1.0.0");
    expect(await response.text()).not.toContain("nobody outside");
  });

  it("gives a handler the path's parts and the query", async () => {
    const response = await fetch(`${base}/vault/items/7?after=a%26b`);
    expect(await response.json()).toEqual({ id: "7", after: "a&b" });
  });

  it.each([
    ['{"a":1}', 201],
    ["", 201],
    ["[1]", 400],
    ["{", 400],
    [JSON.stringify({ text: "x".repeat(300 * 1024) }), 413],
  ])("reads a JSON object and nothing else (%#)", async (body, status) => {
    expect((await fetch(`${base}/items`, { method: "POST", body })).status).toBe(status);
  });

  it("answers 503 until the database is ready, but for what is always open", async () => {
    state.ready = false;
    expect((await fetch(base)).status).toBe(503);
    expect((await fetch(`${base}/health`)).status).toBe(200);
    state.ready = true;
  });

  it("survives a target that is no path", async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(new URL(base).port), "127.0.0.1");
      socket.once("data", (data) => resolve(data.toString()));
      socket.end("GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    });
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  });
});
