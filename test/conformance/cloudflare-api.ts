import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A DNS record as Cloudflare's API has it. */
export interface ApiRecord {
  id: string;
  name: string;
  type: string;
  content: string;
  ttl: number;
  proxied: boolean;
  [other: string]: unknown;
}

/** Cloudflare's API for DNS records, of one zone, on 127.0.0.1. */
export class CloudflareApi {
  /** The records, by id. */
  readonly records = new Map<string, ApiRecord>();
  /** The requests so far: `METHOD path`. */
  readonly requests: string[] = [];
  private counter = 0;

  private constructor(
    private readonly server: Server,
    /** The bearer tokens that are let in. */
    readonly tokens: Set<string>,
    readonly zone: string,
  ) {}

  /** Starts the server for `zone`, whose records `tokens` may change. */
  static async start(zone: string, ...tokens: string[]): Promise<CloudflareApi> {
    const server = createServer();
    const api = new CloudflareApi(server, new Set(tokens), zone);
    server.on("request", (request, response) => {
      void api.answer(request).then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return api;
  }

  /** What a provider's `baseUrl` is to be. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/client/v4`;
  }

  /** The one record there is. */
  get only(): ApiRecord {
    const [record, ...others] = this.records.values();
    if (!record || others.length > 0) throw new Error(`the zone has ${this.records.size} records`);
    return record;
  }

  /** Stops the server. */
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const fail = (status: number, code: number, message: string) => ({
      status,
      body: { success: false, errors: [{ code, message }], messages: [], result: null },
    });
    const ok = (result: unknown) => ({
      status: 200,
      body: { success: true, errors: [], messages: [], result },
    });

    this.requests.push(`${request.method} ${request.url}`);
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    if (!token || !this.tokens.has(token)) return fail(403, 10000, "Authentication error");
    const [, zone, id] =
      /^\/client\/v4\/zones\/(\w+)\/dns_records(?:\/(\w+))?$/.exec(request.url ?? "") ?? [];
    if (zone !== this.zone) return fail(404, 7003, "Could not route to the zone");
    if (request.method === "POST" && !id)
      return ok(this.store(`record${++this.counter}`, await json(request)));
    if (!id || !this.records.has(id)) return fail(404, 81044, "Record does not exist.");
    if (request.method === "GET") return ok(this.records.get(id));
    if (request.method === "PUT") return ok(this.store(id, await json(request)));
    if (request.method === "DELETE") {
      this.records.delete(id);
      return ok({ id });
    }
    return fail(405, 10405, "Method not allowed");
  }

  private store(id: string, body: Partial<ApiRecord>): ApiRecord {
    const now = "2026-01-02T03:04:05.678Z";
    const record = {
      proxied: false,
      ...body,
      id,
      created_on: now,
      modified_on: now,
      proxiable: true,
    } as ApiRecord;
    this.records.set(id, record);
    return record;
  }
}

async function json(request: IncomingMessage): Promise<Partial<ApiRecord>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Partial<ApiRecord>;
}
