import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { Sockets } from "./sockets";

let server: Server;
let sockets: Sockets;
let base: string;
const state = { refused: false };

beforeEach(async () => {
  state.refused = false;
  server = createServer();
  sockets = new Sockets(
    "/ws",
    { "X-Product-Version": "1.0.0" },
    () => ({ version: "1.0.0" }),
    () => state.refused,
  );
  sockets.attach(server, "/vault");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  sockets.terminate();
  server.close();
});

describe("Sockets", () => {
  it("echoes, ticks and carries the version", async () => {
    const client = new WebSocket(`${base}/vault/ws`);
    const messages: string[] = [];
    client.on("message", (message) => messages.push(String(message)));
    client.on("open", () => client.send("hello"));
    const [upgrade] = await once(client, "upgrade");
    expect(upgrade.headers["x-product-version"]).toBe("1.0.0");
    await expect.poll(() => messages, { timeout: 3_000 }).toHaveLength(2);
    expect(messages).toEqual(["hello", JSON.stringify({ type: "tick", version: "1.0.0" })]);
  });

  it("closes with 1001 when told to go away, and is empty then", async () => {
    const client = new WebSocket(`${base}/ws`);
    await once(client, "open");
    expect(sockets.size).toBe(1);
    sockets.goAway();
    expect((await once(client, "close"))[0]).toBe(1001);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it.each([
    ["/other", false, 404],
    ["/ws", true, 503],
  ])("refuses %s (draining: %s) with %i", async (path, refused, status) => {
    state.refused = refused;
    const client = new WebSocket(base + path);
    const [error] = (await once(client, "error")) as [Error];
    expect(error.message).toBe(`Unexpected server response: ${status}`);
  });
});
