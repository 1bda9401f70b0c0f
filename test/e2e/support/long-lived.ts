import { readFileSync } from "node:fs";
import WebSocket from "ws";
import { type Load, startLoad } from "../../support/load";
import type { TestStack } from "./test-stack";

/** Requests of 10 seconds, of which there are always some in flight: the first ones are shorter, so that not all end at once. */
export function slowLoad(stack: TestStack): Load {
  const first = [4, 6, 8];
  return startLoad({
    connectTo: { host: "127.0.0.1", port: stack.httpsPort },
    ca: readFileSync(stack.caFile, "utf8"),
    requests: (n) => ({ url: stack.url(`/slow?seconds=${first[n] ?? 10}`) }),
    connections: 4,
    thinkMs: 1000,
    keepAlive: true,
    maxSeconds: 240,
  });
}

/** A WebSocket that says something four times a second and notes when it was last echoed, and how it ended. */
export class Echo {
  readonly openedMs = Date.now();
  lastEchoMs = 0;
  /** By which code the other side ended it, and when; 1006 if it was cut. */
  closed?: { code: number; atMs: number };
  private constructor(private readonly socket: WebSocket) {
    const timer = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send("echo"), 250);
    socket.on("message", (data) => {
      if (String(data) === "echo") this.lastEchoMs = Date.now();
    });
    socket.on("close", (code) => {
      clearInterval(timer);
      this.closed = { code, atMs: Date.now() };
    });
    socket.on("error", () => undefined);
  }

  static async open(stack: TestStack): Promise<Echo> {
    // `localhost` names are loopback addresses wherever they are looked up.
    const socket = new WebSocket(`wss://vault.localhost:${stack.httpsPort}/ws`, {
      ca: readFileSync(stack.caFile),
      lookup: (_host, _options, found) => found(null, [{ address: "127.0.0.1", family: 4 }]),
    });
    await new Promise((done, fail) => socket.once("open", done).once("error", fail));
    return new Echo(socket);
  }

  close(): void {
    this.socket.terminate();
  }
}
