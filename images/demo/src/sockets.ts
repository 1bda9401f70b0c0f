import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Sessions } from "./drain";
import { target } from "./http";

const tickMs = 1_000;
const goingAway = 1001; // RFC 6455, 7.4.1

/** WebSockets at `path`: each message comes back as it is, and every second a tick says who answers. */
export class Sockets implements Sessions {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });

  /** `headers` stand on the handshake's answer; while `refused` no handshake is taken. */
  constructor(
    private readonly path: string,
    headers: Record<string, string>,
    tick: () => object,
    private readonly refused: () => boolean,
  ) {
    this.#server.on("headers", (lines) => {
      for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    });
    this.#server.on("connection", (socket) => {
      const timer = setInterval(() => socket.send(JSON.stringify({ type: "tick", ...tick() })), tickMs);
      socket.on("close", () => clearInterval(timer));
      socket.on("error", () => socket.terminate());
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
  }

  attach(server: Server, pathPrefix: string): void {
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (target(request, pathPrefix).path !== this.path) return refuse(socket, "404 Not Found");
      if (this.refused()) return refuse(socket, "503 Service Unavailable");
      this.#server.handleUpgrade(request, socket, head, (client) =>
        this.#server.emit("connection", client, request),
      );
    });
  }

  get size(): number {
    return this.#server.clients.size;
  }

  goAway(): void {
    for (const client of this.#server.clients) client.close(goingAway, "the release is being stopped");
  }

  terminate(): void {
    for (const client of this.#server.clients) client.terminate();
  }
}

function refuse(socket: Duplex, status: string): void {
  // The client may be gone already; unheard, its error would end the process.
  socket.on("error", () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}
