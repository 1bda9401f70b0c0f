import { describe, expect, it } from "vitest";
import type { BackendTls } from "./backend-tls";
import { renderMaintenance, renderRoutes, renderTrial } from "./routes";

interface File {
  http: {
    services: Record<string, { loadBalancer: { serversTransport?: string; servers: { url: string }[] } }>;
    serversTransports?: Record<string, Record<string, unknown>>;
  };
}

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const tls: BackendTls = {
  truststore: { name: "internal", generation: 2, certificatesPem: pem("root") },
  serverName: "server.internal",
};
const own = { certificatesPem: pem("edge"), keyPem: "key" };

function contentOf(backendTls?: BackendTls): string {
  const service = { domain: "a.localhost", pathPrefix: "/", stripPrefix: false };
  return renderRoutes({
    services: [
      {
        ...service,
        service: "server",
        instances: [{ container: "one", port: 3000 }],
        ...(backendTls ? { backendTls } : {}),
      },
      { ...service, service: "plain", domain: "b.localhost", instances: [{ container: "two", port: 3001 }] },
    ],
    certificates: [],
    hsts: { maxAgeSeconds: 0, includeSubdomains: false, preload: false },
  }).content;
}
const render = (backendTls?: BackendTls) => (JSON.parse(contentOf(backendTls)) as File).http;

describe("a service that speaks TLS itself", () => {
  it("is reached by its truststore, its server name and the edge's certificate, the others as ever", () => {
    const { services, serversTransports } = render({ ...tls, clientCertificate: own });
    const [[name, transport]] = Object.entries(serversTransports!) as [[string, object]];
    expect(services.server!.loadBalancer).toMatchObject({
      serversTransport: name,
      servers: [{ url: "https://one:3000" }],
    });
    expect(transport).toEqual({
      serverName: "server.internal",
      rootCAs: [pem("root")],
      certificates: [{ certFile: pem("edge"), keyFile: "key" }],
    });
    expect(services.plain!.loadBalancer.servers).toEqual([{ url: "http://two:3001" }]);
    expect(services.plain!.loadBalancer).not.toHaveProperty("serversTransport");
    expect(render()).not.toHaveProperty("serversTransports");
  });

  it("has a transport that there is, with what verifies it, and no bound of versions", () => {
    const { serversTransports } = render(tls);
    const [transport] = Object.values(serversTransports!);
    expect(Object.keys(transport!).sort()).toEqual(["rootCAs", "serverName"]);
    for (const certificatesPem of ["", "certificates/internal.pem"]) {
      const empty = { ...tls, truststore: { ...tls.truststore, certificatesPem } };
      expect(() => render(empty)).toThrow("truststore internal has no certificates");
    }
  });

  it("gets another transport with each change, and keeps the one before while the change proves itself", () => {
    const changes: BackendTls[] = [
      tls,
      { ...tls, clientCertificate: own },
      { ...tls, clientCertificate: { ...own, keyPem: "another" } },
      { ...tls, serverName: "other.internal" },
      { ...tls, truststore: { ...tls.truststore, certificatesPem: pem("other") } },
    ];
    const names = changes.map((each) => render(each).services.server!.loadBalancer.serversTransport!);
    expect(new Set(names).size).toBe(changes.length);
    const [before, after] = [contentOf(tls), contentOf(changes[1])];
    const trial = JSON.parse(renderTrial(after, before, new Set(["one", "two"]))!.content) as File;
    expect(Object.keys(trial.http.serversTransports!).sort()).toEqual([names[0], names[1]].sort());
    const reached = (service: string) => trial.http.services[service]!.loadBalancer.serversTransport;
    expect([reached("server-before"), reached("server-trial")]).toEqual([names[0], names[1]]);
    const toPlain = JSON.parse(renderTrial(contentOf(), before, new Set(["one", "two"]))!.content) as File;
    expect(Object.keys(toPlain.http.serversTransports!)).toEqual([names[0]]);
  });

  it("is not what the maintenance page is reached by", () => {
    const { http } = JSON.parse(
      renderMaintenance(contentOf(tls), ["server"], "http://page:1").content,
    ) as File;
    expect(http.services.server!.loadBalancer).not.toHaveProperty("serversTransport");
  });
});
