import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const domain = (name: string, raw = publicRaw()) =>
  problemsOf(withValue(raw, "services/server/domain", name));

describe("checkDomains", () => {
  it.each([
    ["tresor-müller.example.com", "xn--tresor-mller-klb.example.com"],
    ["Vault.example.com", "vault.example.com"],
    ["vault.example.com.", "vault.example.com"],
    ["https://vault.example.com", "leave out"],
    ["vault.example.com:8443", "leave out"],
    ["vault.example.com/admin", "leave out"],
    ["*.example.com", "full name"],
    ["203.0.113.10", "DNS name"],
    ["2001:db8::1", "DNS name"],
    ["vault", "full name"],
    ["-vault.example.com", "letters"],
    ["vault..example.com", "letters"],
    [`${"a".repeat(64)}.example.com`, "letters"],
    ["vault_1.example.com", "letters"],
    ["", "letters"],
  ])("refuses %s and says what to write", (given, proposed) => {
    const problems = domain(given);
    expect(problems).toMatchObject([{ path: "services.server.domain", value: JSON.stringify(given) }]);
    expect(problems[0]!.remedy).toContain(proposed);
  });

  it("takes public names, punycode too", () => {
    expect(domain("vault.example.com")).toEqual([]);
    expect(domain("xn--tresor-mller-klb.example.com")).toEqual([]);
  });

  it("keeps a product for trying out under private names", () => {
    for (const name of ["localhost", "a.localhost", "vault.test", "vault.internal"]) {
      expect(domain(name, demoRaw())).toEqual([]);
    }
    expect(domain("vault.example.com", demoRaw())).toHaveLength(1);
    expect(domain("notlocalhost.com", demoRaw())).toHaveLength(1);
  });

  it("finds a certificate for a domain that no service has", () => {
    const raw = withValue(publicRaw(), "certificates", {
      domains: { "vualt.example.com": { mode: "private-ca" } },
    });
    expect(problemsOf(raw)).toMatchObject([
      {
        path: "certificates.domains.vualt.example.com",
        remedy: expect.stringContaining("`vault.example.com`") as unknown,
      },
    ]);
  });
});

describe("checkPathPrefixes", () => {
  it("gives services on one domain the profile's prefixes", () => {
    const { services } = settingsOf(demoRaw());
    expect([services.server!.pathPrefix, services.dashboard!.pathPrefix]).toEqual(["/", "/admin"]);
    const apart = settingsOf(withValue(demoRaw(), "services/dashboard/domain", "admin.localhost"));
    expect(apart.services.dashboard!.pathPrefix).toBe("/");
  });

  it("refuses the same prefix on the same domain", () => {
    expect(problemsOf(withValue(demoRaw(), "services/dashboard/pathPrefix", "/"))).toMatchObject([
      {
        path: "services.dashboard.pathPrefix",
        value: '"/"',
        reason: expect.stringContaining("server") as unknown,
      },
    ]);
  });

  it("refuses forms that would match other paths", () => {
    for (const prefix of ["admin", "/admin/", "//", "/a b", "/a?b", "/%61"]) {
      expect(pathsOf(withValue(demoRaw(), "services/dashboard/pathPrefix", prefix))).toContain(
        "services.dashboard.pathPrefix",
      );
    }
  });
});
