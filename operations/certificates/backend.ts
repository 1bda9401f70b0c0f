import type { Duplex } from "node:stream";
import tls from "node:tls";

/** How an edge speaks TLS with a service, as its route file has it. */
export interface Transport {
  serverName: string;
  /** PEM. */
  rootCAs: string[];
  /** PEM of what it shows, if anything. */
  certificates?: { certFile: string; keyFile: string }[];
}

interface RouteFile {
  http?: {
    services?: Record<string, { loadBalancer?: { serversTransport?: string } }>;
    serversTransports?: Record<string, Transport>;
  };
}

/** Longest wait for an answer, ms: as for a smoke request by HTTP. */
const answerMs = 5000;

/** How a route file has a service reached; undefined where that is by HTTP. */
export function transportOf(content: string, service: string): Transport | undefined {
  const { http } = JSON.parse(content) as RouteFile;
  const name = http?.services?.[service]?.loadBalancer?.serversTransport;
  return name === undefined ? undefined : http?.serversTransports?.[name];
}

/** Services of a route file that are reached by TLS, with how; sorted by name. */
export function transportsInForce(content: string): { service: string; transport: Transport }[] {
  const { http } = JSON.parse(content) as RouteFile;
  return Object.keys(http?.services ?? {})
    .sort()
    .flatMap((service) => {
      const transport = transportOf(content, service);
      return transport ? [{ service, transport }] : [];
    });
}

/**
 * One GET as the edge makes it: by its roots, for its server name, with its certificate.
 * @param socket stream that leads to the service
 * @returns the status
 * @throws Error when one of the two does not trust the other, or there is no answer within 5 s
 */
export function askBackend(
  socket: Duplex,
  transport: Transport,
  path: string,
  host: string,
): Promise<number> {
  const { serverName, rootCAs, certificates = [] } = transport;
  return new Promise((done, fail) => {
    const connection = tls.connect({
      socket,
      servername: serverName,
      ca: rootCAs,
      cert: certificates.map(({ certFile }) => certFile),
      key: certificates.map(({ keyFile }) => keyFile),
    });
    const end = (give: () => void): void => {
      clearTimeout(timer);
      give();
      connection.destroy();
    };
    const broken = (error: Error): void => end(() => fail(error));
    const timer = setTimeout(() => broken(new Error(`no answer in ${answerMs / 1000} s`)), answerMs);
    let answer = "";
    connection.on("error", broken);
    connection.once("close", () => broken(new Error("the connection was closed")));
    connection.once("secureConnect", () =>
      connection.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    );
    connection.on("data", (part: Buffer) => {
      answer += part.toString("latin1");
      const status = /^HTTP\/1\.[01] (\d{3}) .*\r\n/.exec(answer)?.[1];
      if (status !== undefined) end(() => done(Number(status)));
    });
  });
}
