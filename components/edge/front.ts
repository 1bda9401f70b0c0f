import { canonicalJson } from "../canonical";
import { EDGE, FRONT } from "./layout";

/** An edge's container as the front addresses it. */
export interface FrontTarget {
  /** Docker id, 64 hex digits. */
  id: string;
  /** Name of the container, which no other container ever had. */
  name: string;
  /** While another edge proves names by TLS-ALPN-01. */
  challenges?: {
    /** Name of that edge's container. */
    edge: string;
    names: string[];
  };
}

/** Target that the front reports when it has none. */
export const NO_TARGET = "none";

/** Header in which it reports the edge that gets TLS-ALPN-01 challenges, while there is one. */
export const CHALLENGES_HEADER = "X-Strongroom-Challenges";

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
export function renderTarget({ id, name, challenges }: FrontTarget): string {
  const entryPoints = { web: EDGE.httpPort, websecure: EDGE.httpsPort };
  const each = <T>(render: (entryPoint: string, port: number) => T) =>
    Object.fromEntries(Object.entries(entryPoints).map(([key, port]) => [key, render(key, port)]));
  return canonicalJson(
    {
      tcp: {
        routers: {
          ...each((entryPoint) => ({
            entryPoints: [entryPoint],
            rule: "HostSNI(`*`)",
            service: entryPoint,
          })),
          ...(challenges ? challengeRouters(challenges.names) : {}),
        },
        services: {
          ...each((_, port) => relay(name, port)),
          ...(challenges ? { challenges: relay(challenges.edge, EDGE.httpsPort) } : {}),
        },
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
          "internal-target": {
            headers: {
              customResponseHeaders: {
                "X-Strongroom-Target": id,
                ...(challenges ? { [CHALLENGES_HEADER]: challenges.edge } : {}),
              },
            },
          },
        },
      },
    },
    1,
  );
}

function relay(container: string, port: number): object {
  return {
    loadBalancer: { servers: [{ address: `${container}:${port}` }], serversTransport: "edge" },
  };
}

/**
 * A client of TLS-ALPN-01 offers its own protocol alone (RFC 8737, section 4), which Traefik lets no rule name: it is
 * told by what it does not offer. Once there is a rule for TLS, the one for all TCP is not asked for TLS any more.
 */
function challengeRouters(names: string[]): Record<string, object> {
  const common = { entryPoints: ["websecure"], tls: { passthrough: true } };
  const hosts = [...names].sort().map((name) => `HostSNI(\`${name}\`)`);
  return {
    "websecure-tls": { ...common, rule: "HostSNI(`*`)", priority: 1, service: "websecure" },
    challenges: {
      ...common,
      rule: `(${hosts.join(" || ")}) && !ALPN(\`h2\`) && !ALPN(\`http/1.1\`)`,
      priority: 1000,
      service: "challenges",
    },
  };
}
