import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a stub of a registry has, and how it behaves. */
export interface StubOptions {
  /** Manifest by tag; each is found by its digest, too. */
  manifests: Record<string, string>;
  /** Other contents, found by their digests. */
  blobs?: string[];
  /** Tags on one page of the list. */
  pageSize?: number;
  /** Gives nothing without a token, and a token to anybody. */
  token?: string;
  /** Says another digest of each manifest than it has. */
  lies?: boolean;
}

/** A registry on loopback, with one repository, `vendor/vault`. */
export class StubRegistry {
  /** Paths that were asked for. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(options: StubOptions): Promise<StubRegistry> {
    const server = createServer();
    const stub = new StubRegistry(server);
    server.on("request", (request: IncomingMessage, response) => {
      const { status, headers = {}, body = "" } = stub.answer(request, options);
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return stub;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    return new Promise((done) => this.server.close(() => done()));
  }

  private answer(
    { url = "", headers: given }: IncomingMessage,
    { manifests, blobs = [], pageSize = 1000, token, lies }: StubOptions,
  ): { status: number; headers?: Record<string, string>; body?: string } {
    this.asked.push(url);
    const { pathname, searchParams } = new URL(url, `http://${this.host}`);
    if (pathname === "/token") return { status: 200, body: JSON.stringify({ token }) };
    if (token !== undefined && given.authorization !== `Bearer ${token}`) {
      const challenge = `Bearer realm="http://${this.host}/token",service="stub"`;
      return { status: 401, headers: { "www-authenticate": challenge } };
    }
    if (pathname === "/v2/vendor/vault/tags/list") {
      const tags = Object.keys(manifests);
      const from = tags.indexOf(searchParams.get("last") ?? "") + 1;
      const page = tags.slice(from, from + pageSize);
      const more = from + pageSize < tags.length;
      const link = `</v2/vendor/vault/tags/list?last=${page.at(-1)}>; rel="next"`;
      return {
        status: 200,
        ...(more ? { headers: { link } } : {}),
        body: JSON.stringify({ name: "vendor/vault", tags: page }),
      };
    }
    const [, reference = ""] = /^\/v2\/vendor\/vault\/(?:manifests|blobs)\/(.+)$/.exec(pathname) ?? [];
    const all = [...Object.values(manifests), ...blobs];
    const body = manifests[reference] ?? all.find((each) => digestOf(each) === reference);
    if (body === undefined) return { status: 404 };
    return { status: 200, headers: { "docker-content-digest": digestOf(lies ? `${body} ` : body) }, body };
  }
}

export function digestOf(manifest: string): string {
  return `sha256:${createHash("sha256").update(manifest).digest("hex")}`;
}
