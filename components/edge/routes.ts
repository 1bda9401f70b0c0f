import type { EdgeSettings } from "../../config/settings";
import { canonicalJson, contentHash } from "../canonical";
import { type BackendTls, serversTransport } from "./backend-tls";
import { clientMiddlewares, type ClientPolicy, entryOf, tlsOptions } from "./client-certificates";
import { serviceMiddlewares, serviceRouters } from "./service-routes";

/** One replica of a release, as the edge addresses it: by its container's own name, never by an alias. */
export interface RouteInstance {
  /** The container's generated name, which no other container ever had. */
  container: string;
  port: number;
}

/** A name that a service had before. */
export interface PreviousRoute {
  name: string;
  /** Under which the service was reached there. */
  pathPrefix: string;
  /** False: it is served, by the domain's name. */
  redirect: 308 | 307 | false;
  /** `https://domain[:port]` of the service now. */
  origin: string;
}

export interface ServiceRoute {
  service: string;
  domain: string;
  /** Further names under which it is served as under its domain. */
  aliases?: string[];
  previous?: PreviousRoute[];
  pathPrefix: string;
  stripPrefix: boolean;
  /** CIDR list: undefined lets everybody in, an empty one nobody. */
  allowedIps?: string[];
  /** Where the service itself speaks TLS. */
  backendTls?: BackendTls;
  instances: RouteInstance[];
}

export interface RouteCertificate {
  domain: string;
  certificate:
    | { mode: "pem"; certificatePem: string; keyPem: string }
    // The resolver that the edge's start arguments give the name, and what it has issued if that is not the name itself.
    | { mode: "acme"; resolver: string; wildcard?: string };
}

export interface RoutesInput {
  services: ServiceRoute[];
  certificates: RouteCertificate[];
  /** Domains whose clients are asked for certificates. */
  clients?: ClientPolicy[];
  hsts: EdgeSettings["hsts"];
}

export interface RenderedRoutes {
  /** SHA-256 of everything in the file, 64 hex digits; the edge reports it once it has loaded the file. */
  generation: string;
  /** Content of the file. JSON, which is YAML: half a file never parses, so Traefik keeps the previous one. */
  content: string;
}

/** Generation that the edge reports when it has no routes at all. */
export const NO_ROUTES = "none";

/**
 * Mozilla's "intermediate" profile, version 5.8, in Go's names; TLS 1.3's own suites are not configurable.
 */
const TLS_INTERMEDIATE = {
  minVersion: "VersionTLS12",
  cipherSuites: [
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
  ],
  curvePreferences: ["X25519", "CurveP256", "CurveP384"],
  // A name that no certificate covers gets no handshake, rather than a default certificate that misleads.
  sniStrict: true,
};

/** Renders the edge's one dynamic file. Equal input gives equal bytes. */
export function renderRoutes(input: RoutesInput): RenderedRoutes {
  const body = renderBody(input);
  const generation = contentHash(body);
  return { generation, content: withGeneration(body, generation) };
}

/** The file of an edge that serves nothing: what a stack has before its first release and after its last. */
export function renderNoRoutes(): RenderedRoutes {
  return { generation: NO_ROUTES, content: withGeneration({ http: {} }, NO_ROUTES) };
}

/** Start of the generation of a file that shows the maintenance page. */
export const MAINTENANCE = "maintenance-";

/** Whether a generation is one of `renderMaintenance`. */
export function isMaintenance(generation: string): boolean {
  return generation.startsWith(MAINTENANCE);
}

/**
 * The routes of a file with some services replaced by the maintenance page, everything else as it is: domains,
 * certificates, who may see them.
 * @param content a file in force
 * @param services names of the services that the page stands for
 * @param url where the page is served
 */
export function renderMaintenance(content: string, services: string[], url: string): RenderedRoutes {
  const file = JSON.parse(content) as Body & { http: { services?: Record<string, object> } };
  const generation = `${MAINTENANCE}${contentHash({ content, services: [...services].sort(), url }, 52)}`;
  const page = { loadBalancer: { passHostHeader: true, servers: [{ url }] } };
  const replaced = Object.entries(file.http.services ?? {}).map(([name, service]) => [
    name,
    services.includes(name) ? page : service,
  ]);
  const http = { ...file.http, services: Object.fromEntries(replaced) as object };
  return { generation, content: withGeneration({ ...file, http }, generation) };
}

/** Start of the generation of a file in which releases have others to fall back to. */
const TRIAL = "trial-";

/**
 * The routes of a file while its releases prove themselves under traffic: where the replicas that others take the place
 * of still serve, they get each request for which the new ones take no connection, and every request from then on
 * until another file comes. So between a crash and its being noticed nobody is refused, and what Docker starts again
 * gets nothing before it is looked at.
 * @param content the file to be proven
 * @param before the file that is confirmed
 * @param healthy names of the containers that serve: nobody falls back to others
 * @returns undefined if no service gets other replicas, and has some to fall back to
 */
export function renderTrial(
  content: string,
  before: string,
  healthy: ReadonlySet<string>,
): RenderedRoutes | undefined {
  const file = JSON.parse(content) as ServicesFile;
  const { services: old = {}, serversTransports: ways } = (JSON.parse(before) as ServicesFile).http;
  const services = Object.entries(file.http.services ?? {});
  const changed = services.filter(
    ([name, service]) =>
      old[name] &&
      canonicalJson(old[name]) !== canonicalJson(service) &&
      old[name].loadBalancer.servers.every(({ url }) => healthy.has(new URL(url).hostname)),
  );
  if (changed.length === 0) return undefined;
  const trial = changed.flatMap(([name, { loadBalancer }]): [string, object][] => [
    [name, { failover: { service: `${name}-trial`, fallback: `${name}-before` } }],
    [`${name}-trial`, { loadBalancer: { ...loadBalancer, ...FAILS_OVER } }],
    [`${name}-before`, old[name]!],
  ]);
  const generation = `${TRIAL}${contentHash({ content, before }, 58)}`;
  const http = {
    ...file.http,
    services: Object.fromEntries([...services, ...trial]) as object,
    // The replicas before are reached as they were.
    ...(ways ? { serversTransports: { ...ways, ...file.http.serversTransports } } : {}),
  };
  return { generation, content: withGeneration({ ...file, http }, generation) };
}

/**
 * One connection that is refused is enough, and the retry that follows finds the replica before. Traefik takes an answer
 * with 5xx for the same: it goes to who asked, and what is asked after it goes to the replicas before. It lets a service
 * fail over only if it has an active check as well: that one shall not ask in addition to Docker's own, nor take a
 * replica back into service.
 */
const FAILS_OVER = {
  passiveHealthCheck: { maxFailedAttempts: 1, failureWindow: "1s" },
  healthCheck: { path: "/", interval: "24h" },
};

/** Generation that an edge reports which is being taken out of service. */
export const DRAINING = "draining";

/**
 * A route file changed so that its edge answers as before and lets go of its clients: every answer closes its
 * connection (HTTP/2: no new requests on it). Not the answer to an upgrade, which such a header would break.
 * @param httpsPort port of the host to which HTTP is redirected
 */
export function renderDraining(content: string, httpsPort: number): string {
  const body = JSON.parse(content) as Body;
  // Once more after an interruption.
  if (Object.hasOwn(body.http.routers ?? {}, "draining-redirect")) return content;
  const routers = Object.entries(body.http.routers ?? {}).flatMap(([name, router]: [string, Router]) =>
    router.entryPoints.includes("websecure")
      ? [
          [name, { ...router, middlewares: ["draining", ...(router.middlewares ?? [])] }],
          [`${name}-upgrade`, { ...router, rule: `(${router.rule}) && HeaderRegexp(\`Upgrade\`, \`.\`)` }],
        ]
      : [[name, router]],
  );
  const draining: Body = {
    ...body,
    http: {
      ...body.http,
      routers: {
        ...Object.fromEntries(routers),
        "draining-redirect": {
          entryPoints: ["web"],
          rule: "PathPrefix(`/`)",
          priority: 2,
          service: "noop@internal",
          middlewares: ["draining", "draining-redirect"],
        },
      },
      middlewares: {
        ...body.http.middlewares,
        draining: { headers: { customResponseHeaders: { Connection: "close" } } },
        "draining-redirect": {
          redirectScheme: { scheme: "https", port: String(httpsPort), permanent: true },
        },
      },
    },
  };
  return withGeneration(draining, DRAINING);
}

interface Router {
  entryPoints: string[];
  rule: string;
  middlewares?: string[];
}

/** A route file without the route by which the edge tells its generation, or with it. */
export interface Body {
  http: { routers?: object; services?: object; middlewares?: object; serversTransports?: object };
  tls?: object;
}

/** A file as `renderRoutes` makes it, without a trial. */
type ServicesFile = Body & {
  http: { services?: Record<string, { loadBalancer: { servers: { url: string }[] } }> };
};

function renderBody({ services, certificates, clients = [], hsts }: RoutesInput): Body {
  const sorted = [...services].sort((a, b) => (a.service < b.service ? -1 : 1));
  const byAcme = new Map(
    certificates.flatMap(({ domain, certificate }) =>
      certificate.mode === "acme" ? [[domain, certificate] as const] : [],
    ),
  );
  const entry = (name: string) => {
    const { tls, middlewares } = entryOf(name, clients);
    const { resolver: certResolver, wildcard: main } = byAcme.get(name) ?? {};
    return {
      tls: {
        ...tls,
        ...(certResolver ? { certResolver } : {}),
        ...(main ? { domains: [{ main }] } : {}),
      },
      middlewares,
    };
  };
  const pems = certificates
    .flatMap(({ domain, certificate }) =>
      certificate.mode === "pem"
        ? [{ domain, certFile: certificate.certificatePem, keyFile: certificate.keyPem }]
        : [],
    )
    .sort((a, b) => (a.domain < b.domain ? -1 : 1))
    // Domains that share one have it once: the edge would skip the second.
    .filter((pem, index, all) => index === all.findIndex(({ certFile }) => certFile === pem.certFile));
  const transports = sorted.flatMap((s) => (s.backendTls ? [serversTransport(s.service, s.backendTls)] : []));
  return {
    http: {
      // Traefik takes an empty map for a mistake.
      ...(transports.length > 0 ? { serversTransports: Object.fromEntries(transports) } : {}),
      routers: Object.assign({}, ...sorted.map((s) => serviceRouters(s, entry))),
      services: Object.fromEntries(sorted.map((s) => [s.service, loadBalancer(s)])),
      middlewares: Object.assign(
        {
          hsts: {
            headers: {
              stsSeconds: hsts.maxAgeSeconds,
              stsIncludeSubdomains: hsts.includeSubdomains,
              stsPreload: hsts.preload,
            },
          },
          // Only requests of which the backend has seen nothing are sent again, so writes are safe.
          retry: { retry: { attempts: 3, initialInterval: "100ms" } },
          ...clientMiddlewares(clients),
        },
        ...sorted.map(serviceMiddlewares),
      ),
    },
    tls: {
      certificates: pems.map(({ certFile, keyFile }) => ({ certFile, keyFile })),
      options: tlsOptions(clients, TLS_INTERMEDIATE),
    },
  };
}

function loadBalancer(s: ServiceRoute): object {
  const scheme = s.backendTls ? "https" : "http";
  return {
    loadBalancer: {
      passHostHeader: true,
      ...(s.backendTls ? { serversTransport: serversTransport(s.service, s.backendTls)[0] } : {}),
      servers: s.instances
        .map(({ container, port }) => `${scheme}://${container}:${port}`)
        .sort()
        .map((url) => ({ url })),
    },
  };
}

/** A route file of a generation, with the internal route by which the edge tells that it has loaded it. */
export function withGeneration(body: Body, generation: string): string {
  return canonicalJson(
    {
      ...body,
      http: {
        ...body.http,
        routers: {
          ...body.http.routers,
          "internal-generation": {
            entryPoints: ["internal"],
            rule: "Path(`/generation`)",
            service: "ping@internal",
            middlewares: ["internal-generation"],
          },
        },
        middlewares: {
          ...body.http.middlewares,
          "internal-generation": {
            headers: { customResponseHeaders: { "X-Strongroom-Generation": generation } },
          },
        },
      },
    },
    1,
  );
}
