import { describe, expect, it } from "vitest";
import { Secret } from "../../config/secret";
import type { CertificateSettings, DomainCertificate } from "../../config/settings";
import { acmeArguments, acmeStorage, challengeOf, dnsToken, renewalHours, resolverName } from "./acme";

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
/** DNS servers: those of the edge's host. */
const hosts = { resolvers: [] };
const ca: DomainCertificate = { mode: "private-ca", generation: 1, validityHours: 24, earlyRenewalHours: 1 };

describe("acmeArguments", () => {
  it("are none where no domain gets its certificate by ACME", () => {
    expect(acmeArguments(settings({ "vault.example.com": ca }), hosts)).toEqual([]);
  });

  it("have a resolver for each domain, by its challenge", () => {
    const args = acmeArguments(
      settings({
        "b.example.com": byAcme("tls-alpn-01"),
        "a.example.com": byAcme("http-01"),
        "c.example.com": byAcme("dns-01", 2),
        "d.example.com": ca,
      }),
      hosts,
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
    expect(acmeArguments(settings({ "b.example.com": byAcme("tls-alpn-01") }), hosts).join()).not.toContain(
      "allowACMEByPass",
    );
  });

  it("ask the DNS servers that are given, for names that are proven by their records alone", () => {
    const domains = { "a.example.com": byAcme("http-01"), "c.example.com": byAcme("dns-01") };
    const given = { resolvers: ["192.0.2.53", "[2001:db8::53]:5353"] };
    expect(acmeArguments(settings(domains), given).filter((arg) => arg.includes("resolvers="))).toEqual([
      "--certificatesResolvers.acme-dns-01-1-c_example_com.acme.dnsChallenge.resolvers=192.0.2.53,[2001:db8::53]:5353",
    ]);
  });

  it("have one resolver for all names of a wildcard, which is not that of its parent", () => {
    const wildcard = { ...byAcme("dns-01"), wildcard: "*.example.com" };
    const args = acmeArguments(
      settings({ "a.example.com": wildcard, "b.example.com": wildcard, "example.com": byAcme("dns-01") }),
      hosts,
    );
    expect(args.filter((arg) => arg.includes("email="))).toEqual([
      "--certificatesResolvers.acme-dns-01-1-_example_com.acme.email=security@example.com",
      "--certificatesResolvers.acme-dns-01-1-example_com.acme.email=security@example.com",
    ]);
  });

  it("trust an authority of one's own by its roots, in a file named by them", () => {
    const own = { server: "https://ca.internal/directory", rootsPem: "roots" };
    const args = acmeArguments(settings({ "a.example.com": byAcme("http-01") }, own), hosts).join(" ");
    expect(args).toContain("acme.caServer=https://ca.internal/directory");
    expect(args).toMatch(/acme\.caCertificates=\/etc\/strongroom\/edge\/acme\/roots-[0-9a-f]{12}\.pem/);
    expect(args).not.toContain("=roots");
  });
});

describe("the token for records", () => {
  const apiToken = new Secret("of the zone", "key");
  const cloudflare = { provider: "cloudflare" as const, apiToken, ttlSeconds: 300, resolvers: [] };
  const dns = settings({ "a.example.com": byAcme("dns-01") });

  it("is the edge's only where a name is proven by its records", () => {
    expect(dnsToken(dns, cloudflare)?.token).toBe(apiToken);
    expect(dnsToken(settings({ "a.example.com": byAcme("http-01"), "b.example.com": ca }), cloudflare)).toBe(
      undefined,
    );
    expect(dnsToken(dns, { provider: "none", ttlSeconds: 300, resolvers: [] })).toBe(undefined);
  });

  it("is in another file when it is another one, whose name says nothing of it", () => {
    const path = (token: string) =>
      dnsToken(dns, { ...cloudflare, apiToken: new Secret(token, "key") })!.path;
    expect(path("of the zone")).toMatch(/^acme\/cloudflare-[0-9a-f]{16}$/);
    expect(path("another")).not.toBe(path("of the zone"));
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
