import type { PreviousRoute, ServiceRoute } from "./routes";

/** The limited broadcast address is no client's: a list with it alone lets nobody in. */
const NOBODY = "255.255.255.255/32";

/** A name under which a service is answered, and how. */
interface Entrance {
  /** Name of its router. */
  router: string;
  name: string;
  pathPrefix: string;
  /** What happens to a request before the service gets it, in this order. */
  middlewares: string[];
}

/**
 * A router for each name under which a service is answered, and the one by which it is proven from inside.
 * @param entryOf what each router of a name has: how its handshakes are made, and what a request passes first
 */
export function serviceRouters(
  s: ServiceRoute,
  entryOf: (name: string) => { tls: object; middlewares: string[] },
): object {
  const routers = entrancesOf(s).map(({ router, name, pathPrefix, middlewares }) => {
    const entry = entryOf(name);
    return [
      router,
      {
        entryPoints: ["websecure"],
        rule: `Host(\`${name}\`)${underPrefix(pathPrefix)}`,
        service: s.service,
        middlewares: [
          "hsts",
          ...(s.allowedIps ? [`${s.service}-allow`] : []),
          ...entry.middlewares,
          ...middlewares,
        ],
        tls: entry.tls,
      },
    ] as const;
  });
  return {
    ...Object.fromEntries(routers),
    [`internal-${s.service}`]: {
      entryPoints: ["internal"],
      rule: `PathPrefix(\`/services/${s.service}/\`)`,
      service: s.service,
      middlewares: [`internal-${s.service}-strip`],
    },
  };
}

/** What the routers of a service refer to, by name. */
export function serviceMiddlewares(s: ServiceRoute): object {
  return {
    [`internal-${s.service}-strip`]: { stripPrefix: { prefixes: [`/services/${s.service}`] } },
    ...(s.allowedIps
      ? {
          [`${s.service}-allow`]: {
            ipAllowList: { sourceRange: s.allowedIps.length ? s.allowedIps : [NOBODY] },
          },
        }
      : {}),
    ...(strips(s) ? { [`${s.service}-strip`]: { stripPrefix: { prefixes: [s.pathPrefix] } } } : {}),
    ...Object.assign({}, ...(s.previous ?? []).map((before, index) => previousMiddlewares(s, before, index))),
  };
}

/** By whole segments: /admin is not /administrator. */
function underPrefix(prefix: string): string {
  return prefix === "/" ? "" : ` && (Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`))`;
}

function strips({ stripPrefix, pathPrefix }: ServiceRoute): boolean {
  return stripPrefix && pathPrefix !== "/";
}

function entrancesOf(s: ServiceRoute): Entrance[] {
  const { service, domain, aliases = [], previous = [], pathPrefix } = s;
  const served = [...(strips(s) ? [`${service}-strip`] : []), "retry"];
  return [
    { router: service, name: domain, pathPrefix, middlewares: served },
    ...aliases.map((name, index) => ({
      // By number: without its dots a name may look like another.
      router: `${service}-alias-${index + 1}`,
      name,
      pathPrefix,
      middlewares: served,
    })),
    ...previous.map((before, index) => ({
      router: previousRouter(s, index),
      name: before.name,
      pathPrefix: before.pathPrefix,
      middlewares: [
        ...Object.keys(previousMiddlewares(s, before, index)),
        ...(before.redirect === false ? ["retry"] : []),
      ],
    })),
  ];
}

function previousRouter({ service }: ServiceRoute, index: number): string {
  return `${service}-previous-${index + 1}`;
}

/**
 * In the order in which a request passes them. Traefik answers GET with 301 or 302 and other methods with 308 or
 * 307; by all of them clients keep method and body.
 */
function previousMiddlewares(
  s: ServiceRoute,
  { redirect, pathPrefix, origin }: PreviousRoute,
  index: number,
): Record<string, object> {
  const router = previousRouter(s, index);
  const bare = (prefix: string) => (prefix === "/" ? "" : prefix);
  if (redirect !== false) {
    return {
      // What a browser keeps of a 301 or 308 for good would meet the opposite one after a way back.
      [`${router}-fresh`]: { headers: { customResponseHeaders: { "Cache-Control": "no-cache" } } },
      [`${router}-redirect`]: {
        redirectRegex: {
          // Dots are all that a prefix may have of a regular expression's own characters.
          regex: `^[^:]+://[^/]+${bare(pathPrefix).replaceAll(".", "\\.")}(.*)$`,
          replacement: `${origin}${bare(s.pathPrefix)}\${1}`,
          permanent: redirect === 308,
        },
      },
    };
  }
  const wanted = s.stripPrefix ? "/" : s.pathPrefix;
  const moves = pathPrefix !== wanted;
  const { host } = new URL(origin);
  return {
    // The product is told of its domain alone.
    [`${router}-host`]: { headers: { customRequestHeaders: { Host: host, "X-Forwarded-Host": host } } },
    ...(moves && pathPrefix !== "/"
      ? { [`${router}-strip`]: { stripPrefix: { prefixes: [pathPrefix] } } }
      : {}),
    ...(moves && wanted !== "/" ? { [`${router}-add`]: { addPrefix: { prefix: wanted } } } : {}),
  };
}
