import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generationOf, routedContainers } from "../../operations/edge-host";
import {
  DRAINING,
  isMaintenance,
  NO_ROUTES,
  renderDraining,
  renderMaintenance,
  renderNoRoutes,
  renderRoutes,
  renderTrial,
  type RoutesInput,
  type ServiceRoute,
} from "./routes";

const hsts = { maxAgeSeconds: 63072000, includeSubdomains: false, preload: false };

function service(overrides: Partial<ServiceRoute> = {}): ServiceRoute {
  return {
    service: "server",
    domain: "vault.localhost",
    pathPrefix: "/",
    stripPrefix: false,
    instances: [{ container: "server-abc-1-1234567", port: 3000 }],
    ...overrides,
  };
}

function render(services: ServiceRoute[], certificates: RoutesInput["certificates"] = []) {
  const rendered = renderRoutes({ services, certificates, hsts });
  return { ...rendered, parsed: JSON.parse(rendered.content) };
}

describe("renderRoutes", () => {
  it("addresses every replica by its container's name", () => {
    const { content } = render([
      service({
        instances: [
          { container: "b-2", port: 3000 },
          { container: "a-1", port: 3000 },
        ],
      }),
    ]);
    expect(routedContainers(content)).toEqual(new Set(["a-1", "b-2"]));
  });

  it("states its generation, which changes with anything in the file", () => {
    const one = render([service()]);
    expect(generationOf(one.content)).toBe(one.generation);
    expect(render([service({ domain: "other.localhost" })]).generation).not.toBe(one.generation);
    expect(render([service({ instances: [{ container: "x", port: 3000 }] })]).generation).not.toBe(
      one.generation,
    );
  });

  it("gives the same bytes whatever the order of services and certificates", () => {
    const dashboard = service({ service: "dashboard", pathPrefix: "/admin" });
    const pems = ["b.localhost", "a.localhost"].map((domain) => ({
      domain,
      certificate: { mode: "pem" as const, certificatePem: `cert ${domain}`, keyPem: `key ${domain}` },
    }));
    expect(render([service(), dashboard], pems).content).toBe(
      render([dashboard, service()], [...pems].reverse()).content,
    );
  });

  it("has one certificate by ACME for the names of a wildcard", () => {
    const domains = ["a.example.com", "b.example.com", "c.example.com"];
    const { parsed } = render(
      domains.map((domain, index) => service({ service: `s${index}`, domain })),
      domains.map((domain, index) => ({
        domain,
        certificate: { mode: "acme", resolver: "r", ...(index < 2 ? { wildcard: "*.example.com" } : {}) },
      })),
    );
    const shared = { certResolver: "r", domains: [{ main: "*.example.com" }] };
    expect(["s0", "s1", "s2"].map((name) => parsed.http.routers[name].tls)).toEqual([
      shared,
      shared,
      { certResolver: "r" },
    ]);
  });

  it("matches a path prefix by whole segments: /admin but not /administrator", () => {
    const { parsed } = render([service({ pathPrefix: "/admin", stripPrefix: true })]);
    expect(parsed.http.routers.server.rule).toBe(
      "Host(`vault.localhost`) && (Path(`/admin`) || PathPrefix(`/admin/`))",
    );
    expect(parsed.http.routers.server.middlewares).toContain("server-strip");
  });

  it("lets everybody in without an allow-list, and nobody with an empty one", () => {
    expect(render([service()]).parsed.http.routers.server.middlewares).not.toContain("server-allow");
    const { parsed } = render([service({ allowedIps: [] })]);
    expect(parsed.http.routers.server.middlewares).toContain("server-allow");
    expect(parsed.http.middlewares["server-allow"].ipAllowList.sourceRange).toEqual(["255.255.255.255/32"]);
  });

  it("publishes nothing of the internal entry point", () => {
    const { parsed } = render([service()]);
    const publicRouters = Object.entries<{ entryPoints: string[] }>(parsed.http.routers).filter(([, r]) =>
      r.entryPoints.includes("websecure"),
    );
    expect(publicRouters.map(([name]) => name)).toEqual(["server"]);
    expect(parsed.http.routers["internal-generation"].entryPoints).toEqual(["internal"]);
  });

  it("refuses names that no certificate covers and old protocols", () => {
    const { parsed } = render([service()]);
    expect(parsed.tls.options.default).toMatchObject({ sniStrict: true, minVersion: "VersionTLS12" });
    expect(parsed.tls.options.default.cipherSuites).toHaveLength(6);
  });

  it("never parses when it is cut short, so half a file changes nothing", () => {
    const { content } = render([service()]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: content.length - 1 }), (length) => {
        expect(() => JSON.parse(content.slice(0, length))).toThrow();
      }),
    );
  });

  it("holds no template action that Traefik would execute", () => {
    expect(render([service()]).content).not.toContain("{{");
  });
});

describe("renderNoRoutes", () => {
  it("sends traffic nowhere and still names its generation", () => {
    const { content, generation } = renderNoRoutes();
    expect(generation).toBe(NO_ROUTES);
    expect(generationOf(content)).toBe(NO_ROUTES);
    expect(routedContainers(content).size).toBe(0);
  });
});

describe("renderTrial", () => {
  const dashboard = service({
    service: "dashboard",
    pathPrefix: "/admin",
    instances: [{ container: "d", port: 3001 }],
  });
  const before = render([service({ instances: [{ container: "old", port: 3000 }] }), dashboard]);
  const after = render([service({ instances: [{ container: "new", port: 3000 }] }), dashboard]);
  const healthy = new Set(["old", "d"]);
  const trial = renderTrial(after.content, before.content, healthy)!;

  it("lets a release fall back to the replicas before, and leaves everything else as it is", () => {
    const { http, ...rest } = JSON.parse(trial.content);
    expect(http.services["server"]).toEqual({
      failover: { service: "server-trial", fallback: "server-before" },
    });
    expect(http.services["server-trial"].loadBalancer).toMatchObject({
      servers: [{ url: "http://new:3000" }],
      passiveHealthCheck: { maxFailedAttempts: 1 },
    });
    expect(http.services["server-before"]).toEqual(before.parsed.http.services.server);
    expect(http.services.dashboard).toEqual(after.parsed.http.services.dashboard);
    expect(http.routers).toEqual(after.parsed.http.routers);
    expect(rest).toEqual({ tls: after.parsed.tls });
  });

  it("has a generation of its own, and the replicas before count as routed", () => {
    expect(generationOf(trial.content)).toBe(trial.generation);
    expect(trial.generation).toHaveLength(64);
    expect([before.generation, after.generation]).not.toContain(trial.generation);
    expect(routedContainers(trial.content)).toEqual(new Set(["new", "old", "d"]));
  });

  it("is not needed where no service gets other replicas, as where there was none", () => {
    expect(renderTrial(after.content, after.content, new Set(["new", "d"]))).toBeUndefined();
    expect(renderTrial(after.content, renderNoRoutes().content, healthy)).toBeUndefined();
    expect(renderTrial(render([service()]).content, render([dashboard]).content, healthy)).toBeUndefined();
  });

  it("has no release fall back to replicas of which one does not serve", () => {
    const two = ["old", "older"].map((container) => ({ container, port: 3000 }));
    const pair = render([service({ instances: two }), dashboard]);
    expect(renderTrial(after.content, pair.content, new Set(["old", "d"]))).toBeUndefined();
    expect(renderTrial(after.content, pair.content, new Set(["old", "older"]))).toBeDefined();
  });
});

describe("renderDraining", () => {
  const dashboard = service({ service: "dashboard", pathPrefix: "/admin", allowedIps: ["192.0.2.0/24"] });
  const before = render([service(), dashboard]);
  const after = JSON.parse(renderDraining(before.content, 8443));

  it("closes the connection after every answer, and changes none", () => {
    for (const name of ["server", "dashboard"]) {
      const { middlewares, ...rest } = after.http.routers[name];
      const { middlewares: own, ...same } = before.parsed.http.routers[name];
      expect([rest, middlewares]).toEqual([same, ["draining", ...own]]);
    }
    expect(after.http.middlewares.draining).toEqual({
      headers: { customResponseHeaders: { Connection: "close" } },
    });
    expect(after.http.services).toEqual(before.parsed.http.services);
    expect(after.tls).toEqual(before.parsed.tls);
  });

  it("leaves the answer to an upgrade alone, with the same lists", () => {
    const { rule, middlewares } = after.http.routers["dashboard-upgrade"];
    expect(rule).toBe(`(${before.parsed.http.routers.dashboard.rule}) && HeaderRegexp(\`Upgrade\`, \`.\`)`);
    expect(middlewares).toEqual(before.parsed.http.routers.dashboard.middlewares);
    expect(middlewares).toContain("dashboard-allow");
    expect(after.tls).toBeDefined();
  });

  it("still redirects HTTP, and lets go of those clients too", () => {
    expect(after.http.routers["draining-redirect"]).toMatchObject({
      entryPoints: ["web"],
      middlewares: ["draining", "draining-redirect"],
    });
    expect(after.http.middlewares["draining-redirect"].redirectScheme).toEqual({
      scheme: "https",
      port: "8443",
      permanent: true,
    });
  });

  it("names a generation of its own, once and again", () => {
    const content = renderDraining(before.content, 8443);
    expect(generationOf(content)).toBe(DRAINING);
    expect(renderDraining(content, 8443)).toBe(content);
    expect(routedContainers(content)).toEqual(routedContainers(before.content));
  });
});

describe("renderMaintenance", () => {
  type File = { http: { routers: object; services: Record<string, unknown> }; tls: object };
  const routes = renderRoutes({
    services: [service(), service({ service: "dashboard", pathPrefix: "/admin" })],
    certificates: [],
    hsts,
  });
  const page = renderMaintenance(routes.content, ["server"], "http://page:8080");
  const [before, after] = [routes, page].map(({ content }) => JSON.parse(content) as File);

  it("stands for the services concerned and leaves everything else as it is", () => {
    expect(after!.http.services.server).toEqual({
      loadBalancer: { passHostHeader: true, servers: [{ url: "http://page:8080" }] },
    });
    expect(after!.http.services.dashboard).toEqual(before!.http.services.dashboard);
    expect(after!.http.routers).toEqual(before!.http.routers);
    expect(after!.tls).toEqual(before!.tls);
  });

  it("has a generation of its own, which says what it is", () => {
    expect(generationOf(page.content)).toBe(page.generation);
    expect(isMaintenance(page.generation)).toBe(true);
    expect(isMaintenance(routes.generation)).toBe(false);
    const other = renderMaintenance(routes.content, ["dashboard"], "http://page:8080");
    expect(other.generation).not.toBe(page.generation);
  });
});

describe("generationOf", () => {
  it("refuses a file that was changed by hand", () => {
    expect(() => generationOf("http: {}")).toThrow(/changed by hand/);
    expect(() => generationOf("{}")).toThrow(/changed by hand/);
  });
});
