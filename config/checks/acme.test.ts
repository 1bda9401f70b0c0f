import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, publicRaw, withValue } from "../testing";

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
});
