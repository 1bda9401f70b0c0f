import { describe, expect, it } from "vitest";
import type { CertificateSettings, DomainCertificate } from "../../config/settings";
import { acmeArguments, acmeStorage, challengeOf, renewalHours, resolverName } from "./acme";

const acme = { email: "security@example.com", keyType: "EC256", lifetimeHours: 2160 } as const;
const byAcme = (challenge: "http-01" | "tls-alpn-01" | "dns-01", generation = 1): DomainCertificate => ({
  mode: "acme",
  challenge,
  generation,
});
const settings = (domains: Record<string, DomainCertificate>, account: object = {}): CertificateSettings => ({
  domains,
  keepPrivateCa: false,
  custom: {},
  truststores: {},
  clientCertificates: {},
  acme: { ...acme, ...account },
});
const ca: DomainCertificate = { mode: "private-ca", generation: 1, validityHours: 24, earlyRenewalHours: 1 };

describe("acmeArguments", () => {
  it("are none where no domain gets its certificate by ACME", () => {
    expect(acmeArguments(settings({ "vault.example.com": ca }))).toEqual([]);
  });

  it("have a resolver for each domain, by its challenge", () => {
    const args = acmeArguments(
      settings({
        "b.example.com": byAcme("tls-alpn-01"),
        "a.example.com": byAcme("http-01"),
        "c.example.com": byAcme("dns-01", 2),
        "d.example.com": ca,
      }),
    );
    const of = (name: string) =>
      args.flatMap((arg) => {
        const prefix = `--certificatesResolvers.${name}.acme.`;
        return arg.startsWith(prefix) ? [arg.slice(prefix.length)] : [];
      });
    const storage = `storage=/etc/strongroom/edge/${acmeStorage(acme)}`;
    expect(of("acme-http-01-1-a_example_com")).toEqual([
      "email=security@example.com",
      storage,
      "keyType=EC256",
      "certificatesDuration=2160",
      "caServer=https://acme-v02.api.letsencrypt.org/directory",
      "httpChallenge.entryPoint=web",
    ]);
    expect(of("acme-tls-alpn-01-1-b_example_com").at(-1)).toBe("tlsChallenge=true");
    expect(of("acme-dns-01-2-c_example_com").at(-1)).toBe("dnsChallenge.provider=cloudflare");
    expect(args.join()).not.toContain("d_example_com");
    expect(args[0]).toBe("--entryPoints.web.allowACMEByPass=true");
    expect(acmeArguments(settings({ "b.example.com": byAcme("tls-alpn-01") })).join()).not.toContain(
      "allowACMEByPass",
    );
  });

  it("trust an authority of one's own by its roots, in a file named by them", () => {
    const own = { server: "https://ca.internal/directory", rootsPem: "roots" };
    const args = acmeArguments(settings({ "a.example.com": byAcme("http-01") }, own)).join(" ");
    expect(args).toContain("acme.caServer=https://ca.internal/directory");
    expect(args).toMatch(/acme\.caCertificates=\/etc\/strongroom\/edge\/acme\/roots-[0-9a-f]{12}\.pem/);
    expect(args).not.toContain("=roots");
  });
});

describe("an account's file", () => {
  it("is another one for another authority, address or kind of key, and for nothing else", () => {
    const same = { ...acme, server: "https://acme-v02.api.letsencrypt.org/directory", lifetimeHours: 24 };
    expect(acmeStorage(same)).toBe(acmeStorage(acme));
    const other = [
      { server: "https://ca.internal/" },
      { email: "other@example.com" },
      { keyType: "EC384" as const },
    ];
    expect(new Set([acme, ...other.map((each) => ({ ...acme, ...each }))].map(acmeStorage)).size).toBe(4);
  });
});

describe("a resolver's name", () => {
  it("tells its challenge, and keeps names apart that differ in a dot or a hyphen", () => {
    for (const challenge of ["http-01", "tls-alpn-01", "dns-01"] as const)
      expect(challengeOf(resolverName("a.b", { challenge, generation: 1 }))).toBe(challenge);
    const name = (domain: string) => resolverName(domain, { challenge: "http-01", generation: 1 });
    expect(name("a-b.example")).not.toBe(name("a.b.example"));
  });
});

describe("renewalHours", () => {
  it("are Traefik's", () => {
    const hours = [10_000, 2160, 1080, 160, 24, 1];
    expect(hours.map(renewalHours)).toEqual([2880, 720, 240, 6, 6, 1 / 3]);
  });
});
