import http from "node:http";
import https from "node:https";
import ipaddr from "ipaddr.js";

export interface Connection {
  /**
   * Where connections go instead of the address that the URL's host names: SNI, the certificate's check and the
   * Host header stay the URL's. Needed for every host that is a name.
   */
  connectTo?: { host: string; port: number };
  /** PEM of the only authority that is trusted for https. */
  ca?: string;
  /** PEM certificate and key of the client. */
  cert?: string;
  key?: string;
  /** A request without a whole answer after so many seconds has failed. Default 30. */
  timeoutSeconds?: number;
}

export interface LoadRequest {
  url: string;
  /** Default GET. */
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface Agents {
  http: http.Agent;
  https: https.Agent;
}

/** An error of the connection, with what is needed to judge it. */
export class RequestError extends Error {
  constructor(
    readonly kind: string,
    message: string,
    /** Whether the request went out on a kept-alive connection, which its other end may just have closed. */
    readonly reusedConnection: boolean,
  ) {
    super(message);
  }
}

/** The address and port that a request for `url` connects to. Throws unless it is 127.0.0.0/8 or ::1. */
export function checkTarget(url: string, { connectTo }: Connection): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  const host = connectTo?.host ?? hostname.replace(/^\[|\]$/g, "");
  if (!ipaddr.isValid(host) || ipaddr.parse(host).range() !== "loopback")
    throw new Error(
      `load goes to loopback addresses only, not to "${host}" (${url}): set connectTo for a name`,
    );
  return { host, port: connectTo?.port ?? (Number(port) || (protocol === "https:" ? 443 : 80)) };
}

/** Redirects that a client follows before it gives up. */
const mostRedirects = 5;

/**
 * As `send`, and follows redirects as clients do: a GET by any of them, another method by 307 and 308 alone, which
 * keep it (RFC 9110, section 15.4).
 */
export async function sendFollowing(
  request: LoadRequest,
  connection: Connection,
  agents: Agents,
): Promise<Answer> {
  let at = request;
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const answer = await send(at, connection, agents);
    const { location } = answer.headers;
    const codes = (at.method ?? "GET") === "GET" ? [301, 302, 307, 308] : [307, 308];
    if (location === undefined || !codes.includes(answer.status)) return answer;
    at = { ...at, url: new URL(location, at.url).href };
  }
  throw new RequestError("REDIRECTS", `more than ${mostRedirects} redirects`, false);
}

/** Sends one request and reads its whole answer. Rejects with RequestError, or if the target is not loopback. */
export async function send(request: LoadRequest, connection: Connection, agents: Agents): Promise<Answer> {
  const target = checkTarget(request.url, connection);
  const url = new URL(request.url);
  const secure = url.protocol === "https:";
  const name = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request({
      ...target,
      agent: secure ? agents.https : agents.http,
      // RFC 6066: an address is no server name.
      ...(secure ? { ca: connection.ca, servername: ipaddr.isValid(name) ? "" : name } : {}),
      ...(connection.cert ? { cert: connection.cert, key: connection.key } : {}),
      method: request.method ?? "GET",
      path: url.pathname + url.search,
      headers: { Host: url.host, ...request.headers },
    });
    const timer = setTimeout(
      () => {
        const limit = connection.timeoutSeconds ?? 30;
        outgoing.destroy(Object.assign(new Error(`no whole answer within ${limit} s`), { code: "TIMEOUT" }));
      },
      (connection.timeoutSeconds ?? 30) * 1_000,
    );
    const failed = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      reject(new RequestError(error.code ?? "ERROR", error.message, outgoing.reusedSocket));
    };
    outgoing.on("error", failed);
    outgoing.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", failed);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(parts).toString(),
        });
      });
    });
    outgoing.end(request.body);
  });
}
