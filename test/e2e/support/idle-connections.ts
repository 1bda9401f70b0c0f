import tls from "node:tls";

export interface IdleOptions {
  port: number;
  /** Server name and Host header. */
  name: string;
  /** PEM of the only root that is trusted. */
  ca: string;
  /** PEM certificate and key of the client. */
  cert?: string;
  key?: string;
}

/** Connections that have answered one request and then say nothing, as browsers and apps keep them. */
export class IdleConnections {
  private readonly sockets: tls.TLSSocket[] = [];
  /** How many the other side has closed. */
  cut = 0;

  private constructor(private readonly options: IdleOptions) {}

  /** Opens so many on loopback and makes one request on each. @throws Error when one is not answered with 200 */
  static async open(count: number, options: IdleOptions): Promise<IdleConnections> {
    const idle = new IdleConnections(options);
    for (let n = 0; n < count; n++) {
      const socket = tls.connect({
        host: "127.0.0.1",
        port: options.port,
        servername: options.name,
        ca: options.ca,
        ...(options.cert ? { cert: options.cert, key: options.key } : {}),
        ALPNProtocols: ["http/1.1"],
      });
      socket.on("error", () => undefined);
      socket.once("close", () => idle.cut++);
      idle.sockets.push(socket);
    }
    await idle.ask();
    return idle;
  }

  /** One request on each of them. @throws Error when one gets no answer or another one than 200 */
  async ask(): Promise<void> {
    const answers = await Promise.all(this.sockets.map((socket) => this.request(socket)));
    const bad = answers.filter((line) => !/^HTTP\/1\.1 200 /.test(line));
    if (bad.length > 0) throw new Error(`${bad.length} of ${answers.length} were not answered: ${bad[0]}`);
  }

  /** SHA-256 fingerprint of the certificate that each of them began with; one if it is the same for all. */
  fingerprints(): string[] {
    return [...new Set(this.sockets.map((socket) => socket.getPeerCertificate().fingerprint256))];
  }

  close(): void {
    for (const socket of this.sockets) socket.removeAllListeners("close").destroy();
  }

  /** @returns the answer's first line, or why there is none */
  private request(socket: tls.TLSSocket): Promise<string> {
    return new Promise((done) => {
      let text = "";
      const timer = setTimeout(() => end("no answer in 15 s"), 15_000);
      const closed = (): void => end("the connection was closed");
      const end = (line: string): void => {
        clearTimeout(timer);
        socket.off("data", read).off("close", closed);
        done(line);
      };
      const read = (part: Buffer): void => {
        text += part.toString("latin1");
        const head = text.indexOf("\r\n\r\n");
        const length = Number(/^content-length: (\d+)/im.exec(text)?.[1]);
        // The path that is asked for is answered with a length.
        if (head >= 0 && text.length >= head + 4 + length) end(text.slice(0, text.indexOf("\r\n")));
      };
      socket.on("data", read);
      socket.once("close", closed);
      if (socket.destroyed) return closed();
      socket.write(`GET /version HTTP/1.1\r\nHost: ${this.options.name}:${this.options.port}\r\n\r\n`);
    });
  }
}
