import { describe, expect, it } from "vitest";
import { renderRoutes, type PreviousRoute, type RouteCertificate, type ServiceRoute } from "./routes";

const hsts = { maxAgeSeconds: 1, includeSubdomains: false, preload: false };
const origin = "https://vault.localhost:8443";

interface File {
  http: {
    routers: Record<string, { rule: string; middlewares: string[]; tls: object }>;
    middlewares: Record<string, Record<string, Record<string, unknown>>>;
  };
}

function render(more: Partial<ServiceRoute>, certificates: RouteCertificate[] = []): File["http"] {
  const service: ServiceRoute = {
    service: "server",
    domain: "vault.localhost",
    pathPrefix: "/",
    stripPrefix: false,
    instances: [],
    ...more,
  };
  return (JSON.parse(renderRoutes({ services: [service], certificates, hsts }).content) as File).http;
}

const previous = (more: Partial<PreviousRoute> = {}): PreviousRoute[] => [
  { name: "old.localhost", pathPrefix: "/", redirect: 308, origin, ...more },
];

/** What a client that asks for a URL is redirected to, as the edge works it out; undefined where it is not. */
function redirected(more: Partial<ServiceRoute>, url: string): string | undefined {
  const { regex, replacement } = render(more).middlewares["server-previous-1-redirect"]!.redirectRegex as {
    regex: string;
    replacement: string;
  };
  const given = new RegExp(regex);
  // Go writes a group as ${1}.
  return given.test(url) ? url.replace(given, replacement.replaceAll("${1}", "$1")) : undefined;
}

describe("a service's names", () => {
  it("have a router each, with the service's own lists", () => {
    const { routers } = render({
      aliases: ["also.localhost", "too.localhost"],
      pathPrefix: "/admin",
      stripPrefix: true,
      allowedIps: ["192.0.2.0/24"],
      previous: previous(),
    });
    const rule = (name: string) => `Host(\`${name}\`) && (Path(\`/admin\`) || PathPrefix(\`/admin/\`))`;
    expect(routers["server-alias-1"]).toEqual({ ...routers.server, rule: rule("also.localhost") });
    expect(routers["server-alias-2"]).toEqual({ ...routers.server, rule: rule("too.localhost") });
    expect(routers["server-previous-1"]).toMatchObject({
      rule: "Host(`old.localhost`)",
      middlewares: [
        "hsts",
        "server-allow",
        "client-certificate-strip",
        "server-previous-1-fresh",
        "server-previous-1-redirect",
      ],
    });
  });

  it("have the ACME resolver of their own certificates", () => {
    const acme = (domain: string): RouteCertificate => ({
      domain,
      certificate: { mode: "acme", resolver: "acme-http-01-1-also_localhost" },
    });
    const { routers } = render({ aliases: ["also.localhost"], previous: previous() }, [
      acme("also.localhost"),
    ]);
    expect(routers.server!.tls).toEqual({});
    expect(routers["server-alias-1"]!.tls).toEqual({ certResolver: "acme-http-01-1-also_localhost" });
    expect(routers["server-previous-1"]!.tls).toEqual({});
  });

  it("change nothing of the file where there are none", () => {
    expect(render({ aliases: [], previous: [] })).toEqual(render({}));
  });
});

describe("a previous name", () => {
  it.each([
    [{}, "https://old.localhost:8443/a/b%20c?d=e&f", `${origin}/a/b%20c?d=e&f`],
    [{}, "https://old.localhost/", `${origin}/`],
    [{ pathPrefix: "/admin" }, "https://old.localhost:8443/admin?x", `${origin}?x`],
    [{ pathPrefix: "/v1.0" }, "https://old.localhost:8443/v1.0/a", `${origin}/a`],
    [{ pathPrefix: "/v1.0" }, "https://old.localhost:8443/v1x0/a", undefined],
  ])("%j redirects %s", (more, from, to) => {
    expect(redirected({ previous: previous(more) }, from)).toBe(to);
  });

  it("keeps the service's own prefix, or goes to it", () => {
    const admin = { pathPrefix: "/admin" };
    expect(redirected({ ...admin, previous: previous(admin) }, "https://old.localhost/admin/a")).toBe(
      `${origin}/admin/a`,
    );
    expect(redirected({ ...admin, previous: previous() }, "https://old.localhost/a")).toBe(
      `${origin}/admin/a`,
    );
  });

  it("is redirected for good by 308, for now by 307", () => {
    const permanent = (redirect: 308 | 307) =>
      render({ previous: previous({ redirect }) }).middlewares["server-previous-1-redirect"]!.redirectRegex!
        .permanent;
    expect([permanent(308), permanent(307)]).toEqual([true, false]);
  });

  it("is redirected anew each time, so that browsers follow a way back", () => {
    const { routers, middlewares } = render({ previous: previous() });
    const names = routers["server-previous-1"]!.middlewares;
    const [fresh, redirect] = names.slice(-2);
    expect(middlewares[fresh!]).toEqual({
      headers: { customResponseHeaders: { "Cache-Control": "no-cache" } },
    });
    expect(middlewares[redirect!]).toHaveProperty("redirectRegex");
  });

  it("is served by the domain's name and under its path, for clients that follow no redirect", () => {
    const of = (more: Partial<ServiceRoute>, before: Partial<PreviousRoute>) => {
      const { routers, middlewares } = render({
        ...more,
        previous: previous({ redirect: false, ...before }),
      });
      const names = routers["server-previous-1"]!.middlewares;
      return names.slice(2, -1).map((name) => middlewares[name]);
    };
    const name = "vault.localhost:8443";
    const host = { headers: { customRequestHeaders: { Host: name, "X-Forwarded-Host": name } } };
    const admin = { pathPrefix: "/admin" };
    const strip = { stripPrefix: { prefixes: ["/admin"] } };
    const add = { addPrefix: { prefix: "/admin" } };
    expect(of({}, {})).toEqual([host]);
    expect(of(admin, admin)).toEqual([host]);
    expect(of({ ...admin, stripPrefix: true }, admin)).toEqual([host, strip]);
    expect(of({}, admin)).toEqual([host, strip]);
    expect(of(admin, {})).toEqual([host, add]);
    expect(of(admin, { pathPrefix: "/old" })).toEqual([host, { stripPrefix: { prefixes: ["/old"] } }, add]);
    const { routers } = render({ previous: previous({ redirect: false }) });
    expect(routers["server-previous-1"]!.middlewares.at(-1)).toBe("retry");
  });
});
