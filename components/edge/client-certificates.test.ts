import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLIENT_HEADER, type ClientPolicy } from "./client-certificates";
import { renderDraining, renderMaintenance, renderRoutes, type ServiceRoute } from "./routes";

interface Router {
  entryPoints: string[];
  rule: string;
  middlewares?: string[];
  tls?: { options?: string; certResolver?: string };
}

interface File {
  http: {
    routers: Record<string, Router>;
    middlewares: Record<string, Record<string, Record<string, unknown>>>;
  };
  tls: { options: Record<string, { minVersion: string; maxVersion?: string; clientAuth?: object }> };
}

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const truststore = { name: "partners", generation: 3, certificatesPem: pem };
const origin = "https://vault.localhost";

const service = (more: Partial<ServiceRoute> = {}): ServiceRoute => ({
  service: "server",
  domain: "vault.localhost",
  pathPrefix: "/",
  stripPrefix: false,
  instances: [{ container: "a", port: 3000 }],
  ...more,
});

function contentOf(services: ServiceRoute[], clients: ClientPolicy[]): string {
  const hsts = { maxAgeSeconds: 1, includeSubdomains: false, preload: false };
  const byAcme = { mode: "acme" as const, resolver: "acme-http-01-1-x" };
  const certificates = [{ domain: "acme.localhost", certificate: byAcme }];
  return renderRoutes({ services, certificates, clients, hsts }).content;
}
const render = (services: ServiceRoute[], clients: ClientPolicy[]) =>
  JSON.parse(contentOf(services, clients)) as File;

const required: ClientPolicy = { domain: "vault.localhost", mode: "required", truststore };
const optional: ClientPolicy = { domain: "open.localhost", mode: "optional", truststore };
const open = (router: Router) => router.entryPoints.includes("websecure");

describe("certificates of clients", () => {
  it("are asked for by the domain, in its own TLS options, which name their generation", () => {
    const { http, tls } = render(
      [service(), service({ service: "dashboard", domain: "open.localhost" })],
      [required, optional],
    );
    expect(http.routers.server!.tls).toEqual({ options: "clients-partners-3-required" });
    expect(http.routers.dashboard!.tls).toEqual({ options: "clients-partners-3-optional" });
    expect(tls.options["clients-partners-3-required"]).toMatchObject({
      minVersion: "VersionTLS12",
      sniStrict: true,
      clientAuth: { caFiles: [pem], clientAuthType: "RequireAndVerifyClientCert" },
    });
    expect(tls.options["clients-partners-3-optional"]!.clientAuth).toEqual({
      caFiles: [pem],
      clientAuthType: "VerifyClientCertIfGiven",
    });
  });

  it("leave the other domains as they are, with a certificate by ACME as well", () => {
    const { http, tls } = render([service({ domain: "acme.localhost" })], [required]);
    expect(http.routers.server!.tls).toEqual({ options: "open", certResolver: "acme-http-01-1-x" });
    expect(tls.options.open).toEqual(render([service()], []).tls.options.default);
    expect(render([service()], []).http.routers.server!.tls).toEqual({});
  });

  it("leave no handshake to options that nobody named: those that Traefik falls back to let nobody in", () => {
    const { minVersion, maxVersion } = render([service()], [required]).tls.options.default!;
    expect([minVersion, maxVersion]).toEqual(["VersionTLS13", "VersionTLS12"]);
  });

  it("are refused without authorities, rather than asked of nobody", () => {
    for (const certificatesPem of ["", "certificates/partners.pem"]) {
      const empty = { ...required, truststore: { ...truststore, certificatesPem } };
      expect(() => render([service()], [empty])).toThrow("truststore partners has no certificates");
    }
  });

  it("are of one kind for all routers of a name, and of a kind that there is, whatever serves there", () => {
    const names = ["a.localhost", "b.localhost", "c.localhost", "acme.localhost"];
    const name = fc.constantFrom(...names);
    const prefix = fc.constantFrom("/", "/admin");
    const previous = fc.record({
      name,
      pathPrefix: prefix,
      redirect: fc.constantFrom(308 as const, 307 as const, false as const),
      origin: fc.constant(origin),
    });
    const of = (own: string) =>
      fc.record({
        service: fc.constant(own),
        domain: name,
        aliases: fc.uniqueArray(name),
        previous: fc.array(previous, { maxLength: 2 }),
        pathPrefix: prefix,
        stripPrefix: fc.boolean(),
        instances: fc.constant<ServiceRoute["instances"]>([{ container: own, port: 1 }]),
      });
    const policies = fc.uniqueArray(
      fc.record({
        domain: name,
        mode: fc.constantFrom("required" as const, "optional" as const),
        truststore: fc.record({
          name: fc.constantFrom("one", "two"),
          generation: fc.constant(1),
          certificatesPem: fc.constant(pem),
        }),
      }),
      { selector: ({ domain }) => domain, minLength: 1 },
    );
    fc.assert(
      fc.property(of("server"), of("dashboard"), policies, (server, dashboard, clients) => {
        const content = contentOf([server, dashboard], clients);
        const files = [
          content,
          renderDraining(content, 443),
          renderMaintenance(content, ["server"], "http://page:1").content,
        ].map((each) => JSON.parse(each) as File);
        for (const { http, tls } of files) {
          const routers = Object.values(http.routers).filter(open);
          const kinds = new Map<string, Set<string>>();
          for (const router of routers) {
            const host = /Host\(`([^`]+)`\)/.exec(router.rule)![1]!;
            const options = router.tls!.options!;
            expect(Object.keys(tls.options)).toContain(options);
            expect(options).not.toBe("default");
            kinds.set(host, (kinds.get(host) ?? new Set()).add(options));
            const policy = clients.find(({ domain }) => domain === host);
            expect(tls.options[options]!.clientAuth !== undefined).toBe(policy !== undefined);
            expect(router.middlewares).toContain("client-certificate-strip");
            expect(router.middlewares!.includes("client-certificate-pass")).toBe(policy !== undefined);
          }
          for (const each of kinds.values()) expect(each.size).toBe(1);
          // Nothing but the redirect is reached without TLS.
          expect(Object.values(http.routers).filter((each) => !open(each) && each.tls)).toEqual([]);
        }
      }),
    );
  });
});

describe("what clients say of their certificates", () => {
  it("is taken away on every router of every domain before what the edge says is added", () => {
    for (const clients of [[], [required]]) {
      const { http } = render(
        [service(), service({ service: "dashboard", domain: "open.localhost" })],
        clients,
      );
      for (const { middlewares } of Object.values(http.routers).filter(open)) {
        expect(middlewares).toContain("client-certificate-strip");
      }
    }
    const names = render([service()], [required]).http.routers.server!.middlewares!;
    expect(names.indexOf("client-certificate-strip")).toBeLessThan(names.indexOf("client-certificate-pass"));
  });

  it("is taken away under each spelling that a product may take for the same", () => {
    const { headers } = render([service()], []).http.middlewares["client-certificate-strip"]!;
    const removed = headers!.customRequestHeaders as Record<string, string>;
    expect(Object.keys(removed)).toHaveLength(2 ** 4 + 2 ** 5);
    expect(removed).toMatchObject({
      [CLIENT_HEADER]: "",
      "X-Forwarded-Tls-Client-Cert-Info": "",
      X_Forwarded_Tls_Client_Cert: "",
      "X-Forwarded_Tls-Client_Cert-Info": "",
    });
    expect(new Set(Object.values(removed))).toEqual(new Set([""]));
  });
});
