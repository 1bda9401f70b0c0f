import { createServer, get, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Drain, type Sessions } from "./drain";
import { createListener } from "./http";

let server: Server;
let drain: Drain;
let port: number;

class Told implements Sessions {
  size = 0;
  calls: string[] = [];
  goAway(): void {
    this.calls.push("goAway");
  }
  terminate(): void {
    this.calls.push("terminate");
  }
}

beforeEach(async () => {
  drain = new Drain();
  const routes = {
    "GET /": () => ({ body: {} }),
    "GET /slow": async () => (await sleep(1_500), { body: {} }),
    "GET /endless": async () => (await sleep(60_000, undefined, { ref: false }), { body: {} }),
  };
  const headers = { "X-Product-Version": "1" };
  server = createServer(
    createListener({ routes, pathPrefix: "", headers, drain, alwaysOpen: [], isReady: () => true }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => void server.close());

const ask = (path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) =>
    get({ port, path, host: "127.0.0.1", agent: false, headers: { Connection: "keep-alive" } }, (response) =>
      resolve(response.resume()),
    ).on("error", reject),
  );

describe("Drain", () => {
  it("finishes a request in flight, says Connection: close, and then takes no more", async () => {
    expect((await ask("/")).headers.connection).toBe("keep-alive");
    const slow = ask("/slow");
    await expect.poll(() => drain.inFlight).toBe(1);
    const done = drain.run(server, new Told(), 10);
    // Still taken during the grace.
    expect((await ask("/")).headers.connection).toBe("close");
    expect((await slow).statusCode).toBe(200);
    expect((await slow).headers.connection).toBe("close");
    expect(await done).toEqual({ cutOff: 0 });
    await expect(ask("/")).rejects.toThrow("ECONNREFUSED");
  });

  it("cuts off what is not done at the limit, and counts it", async () => {
    const endless = ask("/endless").catch((error: Error) => error.message);
    await expect.poll(() => drain.inFlight).toBe(1);
    expect(await drain.run(server, new Told(), 2)).toEqual({ cutOff: 1 });
    expect(await endless).toBe("socket hang up");
  });

  it("does not wait for connections that ask nothing", async () => {
    const silent = connect(port, "127.0.0.1");
    const closed = new Promise((resolve) => silent.on("close", resolve));
    await new Promise((resolve) => server.once("connection", resolve));
    const started = Date.now();
    expect(await drain.run(server, new Told(), 10)).toEqual({ cutOff: 0 });
    await closed;
    expect(Date.now() - started).toBeLessThan(8_000);
  });

  it("tells long sessions at once, and ends them only when it is over", async () => {
    const sessions = new Told();
    sessions.size = 1;
    const done = drain.run(server, sessions, 10);
    expect(sessions.calls).toEqual(["goAway"]);
    setTimeout(() => (sessions.size = 0), 1_300);
    await sleep(1_200);
    expect(sessions.calls).toEqual(["goAway"]);
    expect(await done).toEqual({ cutOff: 0 });
    expect(sessions.calls).toEqual(["goAway", "terminate"]);
  });
});
