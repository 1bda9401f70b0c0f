import { createServer, connect, type AddressInfo, type Server } from "node:net";
import https from "node:https";

/** What a client brings: PEM certificate, with what it sends along, and key. */
export interface Client {
  cert?: string;
  key?: string;
}

/** How a request is made, where it is not the plain one. */
export interface Request {
  port: number;
  /** PEM of the only authority that is trusted. */
  ca: string;
  path: string;
  /** Name in the handshake; "" for none. */
  sni: string;
  /** Default: the name in the handshake. */
  host?: string;
  headers?: Record<string, string>;
}

/** One request on a connection of its own. @returns its status and body; status 0 and the reason where there is no answer */
export function ask({ cert, key }: Client, request: Request): Promise<{ status: number; body: string }> {
  const { port, ca, path, sni, host = sni, headers } = request;
  return new Promise((done) => {
    const outgoing = https.request(
      {
        host: "127.0.0.1",
        port,
        servername: sni,
        path,
        ca,
        // Whose name the server's certificate has is not what is looked at here.
        checkServerIdentity: () => undefined,
        agent: false,
        headers: { Host: `${host}:${port}`, ...headers },
        ...(cert ? { cert, key } : {}),
      },
      (answer) => {
        let body = "";
        answer.on("data", (part: Buffer) => (body += part.toString()));
        answer.on("end", () => done({ status: answer.statusCode ?? 0, body }));
      },
    );
    outgoing.on("error", (error) => done({ status: 0, body: error.message }));
    outgoing.end();
  });
}

/**
 * Starts a relay to a port of loopback that sends a client's first message, its ClientHello, in two TLS records
 * (RFC 8446, section 5.1): a server that looks for the name in the first one alone finds none.
 */
export async function splittingRelay(target: number): Promise<{ port: number; server: Server }> {
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) socket.on("error", () => undefined);
    client.once("data", (hello: Buffer) => {
      const body = hello.subarray(5);
      const record = (part: Buffer): Buffer => {
        const header = Buffer.from(hello.subarray(0, 5));
        header.writeUInt16BE(part.length, 3);
        return Buffer.concat([header, part]);
      };
      upstream.write(Buffer.concat([record(body.subarray(0, 40)), record(body.subarray(40))]));
      client.pipe(upstream);
    });
    upstream.pipe(client);
    client.once("close", () => upstream.destroy());
    upstream.once("close", () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as AddressInfo).port, server };
}
