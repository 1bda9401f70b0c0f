import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { demoRaw, pathsOf, problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const acme = { email: "security@example.com" };
const raw = (certificates: unknown, base = publicRaw()) => withValue(base, "certificates", certificates);

describe("checkAcme", () => {
  it("needs an account's address once for all domains that use it", () => {
    expect(pathsOf(raw({ default: { mode: "acme" } }))).toEqual(["certificates.acme.email"]);
    expect(pathsOf(raw({ default: { mode: "acme" }, acme }))).toEqual([]);
    expect(pathsOf(raw({ default: { mode: "acme" }, acme: { email: "nobody" } }))).toContain(
      "certificates.acme.email",
    );
  });

  it("is refused to products for trying out and to private names", () => {
    expect(pathsOf(raw({ default: { mode: "acme" }, acme }, demoRaw()))).toEqual([
      "certificates.default.mode",
    ]);
    const inside = withValue(publicRaw(), "services/server/domain", "vault.internal");
    expect(problemsOf(raw({ default: { mode: "acme" }, acme }, inside))).toMatchObject([
      { path: "certificates.default.mode", reason: expect.stringContaining("vault.internal") as unknown },
    ]);
  });

  it("proves domains by DNS only with a provider that can write the proof", () => {
    const dns = raw({ default: { mode: "acme", challenge: "dns-01" }, acme });
    expect(pathsOf(dns)).toEqual(["certificates.default.challenge"]);
    const cloudflare = { provider: "cloudflare", zoneId: "0".repeat(32), apiToken: "x" };
    expect(pathsOf(withValue(dns, "dns", cloudflare))).toEqual([]);
  });

  it("proves domains on the port that the authority asks", () => {
    const ports = { http: 8080, https: 443 };
    const byHttp = raw({
      domains: { "vault.example.com": { mode: "acme" } },
      acme,
    });
    expect(pathsOf(withValue(byHttp, "edge/ports", ports))).toEqual([
      "certificates.domains.vault.example.com.challenge",
    ]);
    const byTls = raw({ domains: { "vault.example.com": { mode: "acme", challenge: "tls-alpn-01" } }, acme });
    expect(pathsOf(withValue(byTls, "edge/ports", ports))).toEqual([]);
  });

  it("is refused for names that no public authority can vouch for", () => {
    for (const name of ["vault.local", "vault.invalid", "vault.home.arpa", "vault.example"]) {
      const inside = withValue(publicRaw(), "services/server/domain", name);
      expect(pathsOf(raw({ default: { mode: "acme" }, acme }, inside)), name).toEqual([
        "certificates.default.mode",
      ]);
    }
  });

  it("needs an address that the authority can reach", () => {
    const local = raw(
      { default: { mode: "acme" }, acme },
      withValue(publicRaw(), "edge/addresses", ["127.0.0.1"]),
    );
    expect(problemsOf(local)).toMatchObject([
      {
        path: "certificates.default.challenge",
        reason: "the authority asks from outside, but the edge publishes on 127.0.0.1 only",
      },
    ]);
  });

  it("has one certificate for all names of a wildcard by DNS alone", () => {
    const cloudflare = { provider: "cloudflare", zoneId: "0".repeat(32), apiToken: "x" };
    const given = (entry: object, wildcard = "*.example.com") =>
      problemsOf(withValue(raw({ domains: { [wildcard]: entry }, acme }), "dns", cloudflare)).map(
        ({ path, reason }) => [path, reason],
      );
    expect(given({ mode: "acme", challenge: "dns-01" })).toEqual([]);
    const at = "certificates.domains.*.example.com";
    expect(given({ mode: "acme", challenge: "http-01" })).toEqual([
      [at, "is a wildcard, which http-01 cannot prove"],
    ]);
    expect(given({ mode: "private-ca" })).toEqual([[at, "is a wildcard, which private-ca is not given for"]]);
    for (const unused of ["*.vault.example.com", "*.com", "*.*.example.com", "*"])
      expect(given({ mode: "acme", challenge: "dns-01" }, unused), unused).toEqual([
        [`certificates.domains.${unused}`, "no service uses this domain"],
      ]);
    const byDns = { mode: "acme", challenge: "dns-01" };
    const both = { "*.example.com": byDns, "vault.example.com": { mode: "private-ca" } };
    const { certificates } = settingsOf(withValue(raw({ domains: both, acme }), "dns", cloudflare));
    expect(certificates.domains).toMatchObject({
      "admin.example.com": { mode: "acme", challenge: "dns-01", wildcard: "*.example.com" },
      "vault.example.com": { mode: "private-ca" },
    });
  });

  it("asks servers of DNS by their addresses", () => {
    const paths = (...resolvers: string[]) => pathsOf(withValue(publicRaw(), "dns", { resolvers }));
    expect(paths("9.9.9.9", "9.9.9.9:5353", "2620:fe::fe", "[2620:fe::fe]:53")).toEqual([]);
    for (const wrong of [
      "dns.example.com",
      "9.9.9.9:",
      "9.9.9.9:0",
      "9.9.9.9:65536",
      "[9.9.9.9]:53",
      "2620:fe::fe]:53",
      "",
      "tcp://9.9.9.9",
    ])
      expect(paths(wrong), wrong).toEqual(["dns.resolvers.0"]);
  });
});

describe("an ACME authority", () => {
  const at = "certificates.acme.caBundle";
  const server = "https://ca.internal/acme/directory";
  let root: TestCertificate;
  beforeAll(async () => {
    root = await issue({ name: "Own root" });
  });
  const own = (account: object, context = {}) =>
    problemsOf(raw({ default: { mode: "acme" }, acme: { ...acme, server, ...account } }), context);

  it("is asked by https alone", () => {
    expect(
      problemsOf(raw({ default: { mode: "acme" }, acme: { ...acme, server: "http://ca.internal/" } })),
    ).toMatchObject([{ path: "certificates.acme.server", reason: "is not an https:// address" }]);
  });

  it("of one's own is asked for private names, and by the demo, on the ports of the challenges", () => {
    const given = { default: { mode: "acme" }, acme: { ...acme, server, caBundle: root.pem } };
    const inside = withValue(publicRaw(), "services/server/domain", "vault.internal");
    expect(problemsOf(raw(given, inside))).toEqual([]);
    const ports = withValue(demoRaw(), "edge/ports", { http: 80, https: 443 });
    expect(problemsOf(raw(given, ports))).toEqual([]);
    expect(pathsOf(raw(given, withValue(ports, "edge/ports/http", 8080)))).toEqual([
      "certificates.default.challenge",
    ]);
  });

  it("of one's own has roots that can be read", () => {
    const reason = (caBundle: string, context = {}) =>
      own({ caBundle }, context).map((each) => [each.path, each.reason]);
    expect(own({ caBundle: root.pem })).toEqual([]);
    expect(own({ caBundle: "ca.pem" }, { readFile: () => root.pem })).toEqual([]);
    expect(reason("ca.pem")).toEqual([
      [at, '"ca.pem" is no PEM text, and there is no such file in the project'],
    ]);
    expect(reason("/etc/ca.pem")[0]![1]).toMatch(/is outside the project/);
    expect(reason("ca.pem", { readFile: () => "nothing" })).toEqual([
      [at, "is not PEM: it holds no certificate"],
    ]);
    expect(reason(root.key)).toEqual([[at, "is a private key, not a root certificate"]]);
    expect(reason(`${root.pem}${root.key}`)[0]![1]).toMatch(/holds a private key as well/);
    expect(reason(root.pem.slice(0, -30))[0]![1]).toMatch(
      /is cut off|ends in the middle|does not stand alone/,
    );
  });

  it("of one's own has an address", () => {
    expect(
      problemsOf(raw({ default: { mode: "acme" }, acme: { ...acme, caBundle: root.pem } })),
    ).toMatchObject([
      { path: at, reason: "is of an authority of your own, but it is Let's Encrypt that is asked" },
    ]);
  });

  it("has certificates of a kind of key and a validity that Traefik knows", () => {
    const paths = (account: object) => own({ caBundle: root.pem, ...account }).map(({ path }) => path);
    expect(paths({ keyType: "RSA2048", lifetimeHours: 24 })).toEqual([]);
    expect(paths({ keyType: "P-256" })).toEqual(["certificates.acme.keyType"]);
    expect(paths({ lifetimeHours: 0 })).toEqual(["certificates.acme.lifetimeHours"]);
  });
});
