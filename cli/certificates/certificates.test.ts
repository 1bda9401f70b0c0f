import { X509Certificate } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { Secret } from "../../config/secret";
import type { DomainCertificate, Settings } from "../../config/settings";
import { acmeFailure } from "../../operations/certificates/edge-log";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { edgeAddresses } from "./addresses";
import { backendsInUse } from "./backends";
import { firstEnd, trustedRoots } from "./first-end";
import { renewalProblems } from "./gather";
import { renderRoutes } from "../../components/edge/routes";
import { renderMetrics } from "./metrics";
import { truststoresInUse } from "./truststores";

vi.mock("../../operations/certificates/edge-log", () => ({ acmeFailure: vi.fn() }));

describe("firstEnd", () => {
  const day = (chain: TestCertificate[], roots: TestCertificate[] = []): string => {
    const parse = ({ pem }: TestCertificate) => new X509Certificate(pem);
    return firstEnd(chain.map(parse), roots.map(parse)).toISOString().slice(0, 10);
  };

  it("counts the certificates up to the one that a root issued, and none above", async () => {
    const root = await issue({ name: "Root", to: "2026-02-01" });
    const older = await issue({ name: "Older" });
    const crossed = await issue({ name: "Root", sameKeyAs: root, issuer: older, to: "2026-01-15" });
    const issuer = await issue({ name: "Issuer", issuer: root, to: "2026-05-01" });
    const made = await issue({ name: "x", issuer, names: ["a.example"], to: "2026-06-01" });
    expect(day([made, issuer])).toBe("2026-05-01");
    expect(day([made, issuer, crossed], [root])).toBe("2026-05-01");
    // A private authority's: the root that is served with the rest is the one that clients were given.
    expect(day([made, issuer, root])).toBe("2026-05-01");
    expect(day([made, issuer, root, crossed])).toBe("2026-05-01");
    // Nothing says that clients trust another than the last.
    expect(day([made, issuer, crossed])).toBe("2026-01-15");
    expect(day([made, issuer, crossed], [older])).toBe("2026-01-15");
    expect(day([root])).toBe("2026-02-01");
  });

  it("counts none above the root that the configuration gives for the domain", async () => {
    const root = await issue({ name: "Root" });
    const older = await issue({ name: "Older" });
    const crossed = await issue({ name: "Root", sameKeyAs: root, issuer: older, to: "2026-01-15" });
    const made = await issue({ name: "x", issuer: root, names: ["a.example"], to: "2026-06-01" });
    const served = [made, crossed].map(({ pem }) => new X509Certificate(pem));
    const custom = {
      mode: "custom",
      certificatePem: made.pem,
      key: new Secret("k", "s"),
      generation: 1,
    } as const;
    const end = (certificate?: DomainCertificate) =>
      firstEnd(served, trustedRoots(certificate)).toISOString().slice(0, 10);
    expect(end({ ...custom, rootPem: root.pem })).toBe("2026-06-01");
    expect(end(custom)).toBe("2026-01-15");
    expect(end(undefined)).toBe("2026-01-15");
  });
});

describe("renewalProblems", () => {
  const served = { notBefore: "2026-01-01T00:00:00Z", notAfter: "2026-04-01T00:00:00Z" };
  const edge = { endpoint: "unix:///x", container: "edge" };
  const at = (now: string) => renewalProblems(edge, "acme-http-01-1-x", served, 2160, new Date(now));

  it("are asked for once a certificate should have been renewed, since it was issued", async () => {
    const failure = vi
      .mocked(acmeFailure)
      .mockResolvedValue({ time: "2026-03-03T00:00:00Z", reason: "refused" });
    expect(await at("2026-03-01T00:00:00Z")).toEqual([]);
    expect(failure).not.toHaveBeenCalled();
    expect(await at("2026-03-03T00:00:00Z")).toEqual([
      "could not be renewed: refused (2026-03-03T00:00:00Z)",
    ]);
    expect(failure).toHaveBeenCalledWith(edge, "acme-http-01-1-x", new Date(served.notBefore));
    failure.mockResolvedValue(undefined);
    expect(await at("2026-03-03T00:00:00Z")).toEqual([]);
  });
});

describe("edgeAddresses", () => {
  const at = (docker: string, published: string[], addresses: string[] = []) =>
    edgeAddresses({
      edge: { host: "one", addresses: published },
      hosts: { one: { docker, addresses } },
    } as unknown as Settings);

  it("turns what is published into what can be reached", () => {
    const local = "unix:///var/run/docker.sock";
    expect(at(local, ["127.0.0.1", "::1"])).toEqual(["127.0.0.1", "::1"]);
    expect(at(local, ["0.0.0.0", "::"])).toEqual(["127.0.0.1", "::1"]);
    const remote = "ssh://deploy@vault.example.com:2222";
    expect(at(remote, ["0.0.0.0", "::"])).toEqual(["vault.example.com"]);
    expect(at(remote, ["0.0.0.0", "::"], ["203.0.113.10", "2001:db8::1"])).toEqual([
      "203.0.113.10",
      "2001:db8::1",
    ]);
  });
});

describe("metrics", () => {
  const found = [
    {
      domain: "vault.localhost",
      address: "127.0.0.1",
      source: "custom",
      ends: "2026-03-01T00:00:00.000Z",
      problems: ["ended"],
    },
    { domain: 'odd"name', address: "::1", source: "acme", problems: [] },
  ];
  const text = renderMetrics(
    "prod",
    { certificates: found, truststores: [] },
    new Date("2026-06-01T00:00:00Z"),
  );

  it("have a line for each certificate, with times in seconds", () => {
    const of = 'stack="prod",domain="vault.localhost",address="127.0.0.1",source="custom"';
    expect(text).toContain(`strongroom_certificate_end_seconds{${of}} 1772323200\n`);
    expect(text).toContain(`strongroom_certificate_ok{${of}} 0\n`);
    expect(text).toContain('domain="odd\\"name",address="::1",source="acme"} 1\n');
    expect(text).toContain('strongroom_certificates_checked_seconds{stack="prod"} 1780272000\n');
    expect(text.match(/_end_seconds\{/g)).toHaveLength(1);
  });

  it("have one for each authority of a truststore", async () => {
    const root = await issue({ name: "Partners", to: "2026-07-01" });
    const { content } = renderRoutes({
      services: [
        {
          service: "server",
          domain: "b.localhost",
          aliases: ["a.localhost"],
          pathPrefix: "/",
          stripPrefix: false,
          instances: [],
        },
      ],
      certificates: [],
      clients: ["a.localhost", "b.localhost"].map((domain) => ({
        domain,
        mode: "required" as const,
        truststore: { name: "my-partners", generation: 2, certificatesPem: root.pem },
      })),
      hsts: { maxAgeSeconds: 0, includeSubdomains: false, preload: false },
    });
    const now = new Date("2026-06-01T00:00:00Z");
    const [only, ...more] = truststoresInUse(content, now, 31);
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      name: "my-partners",
      generation: 2,
      domains: ["a.localhost", "b.localhost"],
      authorities: [{ subject: "CN=Partners", daysLeft: 30 }],
      problems: ["CN=Partners ends on 2026-07-01: its clients are refused from then on"],
    });
    expect(truststoresInUse(content, now, 30)[0]!.problems).toEqual([]);
    const { fingerprint256 } = new X509Certificate(root.pem);
    expect(renderMetrics("prod", { certificates: [], truststores: [only!] }, now)).toContain(
      `strongroom_truststore_end_seconds{stack="prod",truststore="my-partners",fingerprint="${fingerprint256}"} 1782864000\n`,
    );
  });
});

describe("backendsInUse", () => {
  it("are the services that are reached by TLS, with what the edge trusts and shows", async () => {
    const root = await issue({ name: "Inside" });
    const edge = await issue({ name: "edge", issuer: root, names: ["edge.internal"], to: "2026-07-01" });
    const service = { domain: "a.localhost", pathPrefix: "/", stripPrefix: false, instances: [] };
    const { content } = renderRoutes({
      services: [
        { ...service, service: "plain" },
        {
          ...service,
          service: "server",
          domain: "b.localhost",
          backendTls: {
            truststore: { name: "inside", generation: 1, certificatesPem: root.pem },
            serverName: "server.internal",
            clientCertificate: { certificatesPem: edge.pem, keyPem: edge.key },
          },
        },
      ],
      certificates: [],
      hsts: { maxAgeSeconds: 0, includeSubdomains: false, preload: false },
    });
    const found = backendsInUse(content, new Date("2026-06-01T00:00:00Z"), 31);
    expect(found).toMatchObject([
      {
        service: "server",
        serverName: "server.internal",
        authorities: [{ subject: "CN=Inside" }],
        shown: [{ subject: "CN=edge", daysLeft: 30 }],
        problems: ["CN=edge ends on 2026-07-01: the service may refuse the edge from then on"],
      },
    ]);
    expect(JSON.stringify(found)).not.toContain("PRIVATE KEY");
  });
});
