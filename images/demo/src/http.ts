import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from "node:http";
import { isUnavailable } from "./database";
import type { Drain } from "./drain";
import { errorFields, log } from "../../log";

export interface Call {
  request: IncomingMessage;
  query: URLSearchParams;
  /** The `:name` parts of the route's path. */
  params: Record<string, string>;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
  text(): Promise<string>;
  json(): Promise<Record<string, unknown>>;
}

export interface Reply {
  status?: number;
  /** A string is HTML, anything else is sent as JSON. */
  body?: unknown;
  headers?: OutgoingHttpHeaders;
}

/** By method and path, as "GET /items/:id". */
export type Routes = Record<string, (call: Call) => Reply | Promise<Reply>>;

export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ListenerOptions {
  routes: Routes;
  pathPrefix: string;
  /** On every response, errors included. */
  headers: Record<string, string>;
  drain: Drain;
  /** Paths that answer before the database is ready. */
  alwaysOpen: string[];
  isReady(): boolean;
}

const largestBody = 256 * 1024;

/** The request listener over a table of routes; a request path may have the prefix or, stripped by the edge, not. */
export function createListener(options: ListenerOptions): RequestListener {
  const table = Object.entries(options.routes).map(([route, handler]) => {
    const [method, path] = route.split(" ") as [string, string];
    return { method, handler, pattern: new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`) };
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Reply> => {
    const { path, query } = target(request, options.pathPrefix);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const candidates = table.filter(({ pattern }) => pattern.test(path));
    const route = candidates.find((candidate) => candidate.method === method);
    if (candidates.length === 0) throw new HttpError(404, "no such page");
    if (!route) throw new HttpError(405, `not here: ${method}`);
    if (!options.alwaysOpen.includes(path) && !options.isReady())
      throw new HttpError(503, "the database is not ready yet");
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const text = () => readBody(request);
    const params = { ...route.pattern.exec(path)!.groups };
    return route.handler({
      request,
      query,
      params,
      signal: gone.signal,
      text,
      json: () => readJson(text),
    });
  };

  return (request, response) => {
    options.drain.track(response);
    answer(request, response)
      .catch(failure)
      .then((reply) => send(request, response, reply, options));
  };
}

/** A request's path without the prefix, and its query. Any other form than a path counts as "/". */
export function target(request: IncomingMessage, prefix: string): { path: string; query: URLSearchParams } {
  const [path, query] = request.url?.startsWith("/") ? request.url.split(/\?(.*)/s) : ["/"];
  const inside = prefix !== "" && (path === prefix || path!.startsWith(`${prefix}/`));
  return { path: (inside ? path!.slice(prefix.length) : path) || "/", query: new URLSearchParams(query) };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  options: ListenerOptions,
): void {
  const isPage = typeof reply.body === "string";
  const body = isPage ? (reply.body as string) : `${JSON.stringify(reply.body ?? {})}\n`;
  response.writeHead(reply.status ?? 200, {
    "Content-Type": isPage ? "text/html; charset=utf-8" : "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    ...options.headers,
    ...reply.headers,
    // Asked now, not when the request came: one that was in flight when the drain began says it too.
    ...(options.drain.begun ? { Connection: "close" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function failure(error: unknown): Reply {
  if (error instanceof HttpError)
    return { status: error.status, body: { error: error.message }, headers: retryLater(error.status) };
  if (isUnavailable(error)) {
    log("warn", "database-unavailable", errorFields(error));
    return { status: 503, body: { error: "the database is not reached" }, headers: retryLater(503) };
  }
  log("error", "request-failed", errorFields(error));
  return { status: 500, body: { error: "internal error" } };
}

function retryLater(status: number): OutgoingHttpHeaders {
  return status === 503 ? { "Retry-After": 1 } : {};
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  // Not destroyed when the loop is left: the refusal goes out on the same connection.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largestBody) throw new HttpError(413, `a request body is at most ${largestBody} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

async function readJson(text: () => Promise<string>): Promise<Record<string, unknown>> {
  const body = await text();
  try {
    const value: unknown = JSON.parse(body || "{}");
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below, as for a value that is no object.
  }
  throw new HttpError(400, "the body must be a JSON object");
}
