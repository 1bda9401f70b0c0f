import { X509Certificate } from "node:crypto";
import { type AddressInfo, connect } from "node:net";
import { Duplex } from "node:stream";
import tls from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import { renderNoRoutes, renderRoutes, type RouteCertificate } from "../../components/edge/routes";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { certificatesInForce, changedCertificates, isServed } from "./in-force";
import { probe } from "./probe";

let intermediate: TestCertificate, leaf: TestCertificate, other: TestCertificate;
beforeAll(async () => {
  const root = await issue({ name: "Root" });
  intermediate = await issue({ name: "Intermediate", issuer: root });
  leaf = await issue({ name: "x", issuer: intermediate, names: ["vault.localhost"], to: "2026-03-01" });
  other = await issue({ name: "y", issuer: intermediate, names: ["*.example.com"] });
});
const fingerprint = ({ pem }: TestCertificate): string => new X509Certificate(pem).fingerprint256;

/** A server that chooses between the two certificates by name. */
async function serve(): Promise<{ port: number; close(): Promise<unknown> }> {
  const server = tls.createServer({
    SNICallback: (name, done) => {
      const chosen = name === "vault.localhost" ? leaf : other;
      done(null, tls.createSecureContext({ cert: chosen.chain, key: chosen.key }));
    },
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((done) => server.close(done)) };
}

describe("probe", () => {
  it("gets the chain that a server gives for a name, also an ended one", async () => {
    const { port, close } = await serve();
    const at = { host: "127.0.0.1", port };
    const { chain, protocol } = await probe(at, "vault.localhost");
    expect(chain.map(({ subject }) => subject)).toEqual(["CN=x", "CN=Intermediate"]);
    expect(chain[0]!.fingerprint256).toBe(fingerprint(leaf));
    expect(protocol).toBe("TLSv1.3");
    expect((await probe(at, "a.example.com")).chain[0]!.fingerprint256).toBe(fingerprint(other));
    await close();
    await expect(probe(at, "vault.localhost")).rejects.toThrow(/ECONNREFUSED/);
  });

  it("goes through a stream as well, as the ends of a command give one", async () => {
    const { port, close } = await serve();
    const way = connect(port, "127.0.0.1");
    const socket = Duplex.from({ readable: way, writable: way });
    expect((await probe({ socket }, "vault.localhost")).chain[0]!.fingerprint256).toBe(fingerprint(leaf));
    await close();
  });
});

describe("a route file's certificates", () => {
  const pem = (domain: string, { chain, key }: TestCertificate): RouteCertificate => ({
    domain,
    certificate: { mode: "pem", certificatePem: chain, keyPem: key },
  });
  const routes = (certificates: RouteCertificate[]) =>
    renderRoutes({
      services: certificates.map(({ domain }, index) => ({
        service: `s${index}`,
        domain,
        pathPrefix: "/",
        stripPrefix: false,
        instances: [],
      })),
      certificates,
      hsts: { maxAgeSeconds: 1, includeSubdomains: false, preload: false },
    }).content;
  const acme: RouteCertificate = {
    domain: "api.example.org",
    certificate: { mode: "acme", resolver: "acme-http-01-1-api_example_org" },
  };
  const chain = (first: TestCertificate) => [fingerprint(first), fingerprint(intermediate)];

  it("are those that each domain must be given", () => {
    const content = routes([pem("vault.localhost", leaf), pem("admin.example.com", other), acme]);
    expect(certificatesInForce(content)).toEqual([
      { domain: "admin.example.com", chains: [chain(other)] },
      { domain: "api.example.org", chains: undefined },
      { domain: "vault.localhost", chains: [chain(leaf)] },
    ]);
  });

  it("have changed where another one is given, and not by ACME", async () => {
    const renewed = await issue({ name: "x", issuer: intermediate, names: ["vault.localhost"] });
    const before = routes([pem("vault.localhost", leaf), pem("admin.example.com", other), acme]);
    const after = routes([pem("vault.localhost", renewed), pem("admin.example.com", other), acme]);
    expect(changedCertificates(before, before)).toEqual([]);
    expect(changedCertificates(before, after)).toEqual([
      { domain: "vault.localhost", chains: [chain(renewed)] },
    ]);
    expect(changedCertificates(renderNoRoutes().content, after).map(({ domain }) => domain)).toEqual([
      "admin.example.com",
      "vault.localhost",
    ]);
  });

  it("are served when the certificate is the same and its issuer is beside it", () => {
    const wanted = { domain: "vault.localhost", chains: [chain(leaf)] };
    expect(isServed(wanted, chain(leaf))).toBe(true);
    expect(isServed(wanted, [...chain(leaf), "a root"])).toBe(true);
    expect(isServed(wanted, [fingerprint(leaf)])).toBe(false);
    expect(isServed(wanted, chain(other))).toBe(false);
    expect(isServed(wanted, [])).toBe(false);
  });
});
