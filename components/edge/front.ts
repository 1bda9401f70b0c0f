import { canonicalJson } from "../canonical";
import { EDGE, FRONT } from "./layout";

/** An edge's container as the front addresses it. */
export interface FrontTarget {
  /** Docker id, 64 hex digits. */
  id: string;
  /** Name of the container, which no other container ever had. */
  name: string;
}

/** Target that the front reports when it has none. */
export const NO_TARGET = "none";

/**
 * Start arguments of the front: Traefik as a relay of TCP connections. It sees no plain text, knows no certificate
 * and no host name, and depends on nothing that an operator changes but addresses and ports.
 */
export function frontArguments(): string[] {
  return [
    `--entryPoints.web.address=:${EDGE.httpPort}`,
    `--entryPoints.websecure.address=:${EDGE.httpsPort}`,
    // The edge has the time limits; here one would cut WebSockets.
    "--entryPoints.web.transport.respondingTimeouts.readTimeout=0",
    "--entryPoints.websecure.transport.respondingTimeouts.readTimeout=0",
    `--entryPoints.internal.address=127.0.0.1:${EDGE.internalPort}`,
    "--ping=true",
    "--ping.entryPoint=internal",
    `--providers.file.directory=${FRONT.state}/${FRONT.dynamic}`,
    "--providers.file.watch=true",
    "--providers.providersThrottleDuration=100ms",
    "--log.level=INFO",
    "--log.format=json",
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
  ];
}

/**
 * The front's one dynamic file: every new connection goes to this edge, with the client's address before it by
 * PROXY protocol 2. Connections that are there stay with the edge that they have.
 */
export function renderTarget({ id, name }: FrontTarget): string {
  const entryPoints = { web: EDGE.httpPort, websecure: EDGE.httpsPort };
  const each = <T>(render: (entryPoint: string, port: number) => T) =>
    Object.fromEntries(Object.entries(entryPoints).map(([key, port]) => [key, render(key, port)]));
  return canonicalJson(
    {
      tcp: {
        routers: each((entryPoint) => ({
          entryPoints: [entryPoint],
          rule: "HostSNI(`*`)",
          service: entryPoint,
        })),
        services: each((_, port) => ({
          loadBalancer: { servers: [{ address: `${name}:${port}` }], serversTransport: "edge" },
        })),
        serversTransports: {
          // Once one side has ended its half, the other has 10 s: Traefik's 0.1 s can cut the last answer.
          edge: { proxyProtocol: { version: 2 }, terminationDelay: "10s" },
        },
      },
      http: {
        routers: {
          "internal-target": {
            entryPoints: ["internal"],
            rule: "Path(`/target`)",
            service: "ping@internal",
            middlewares: ["internal-target"],
          },
        },
        middlewares: {
          "internal-target": { headers: { customResponseHeaders: { "X-Strongroom-Target": id } } },
        },
      },
    },
    1,
  );
}
