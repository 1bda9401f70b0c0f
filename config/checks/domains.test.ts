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

describe("further and previous names", () => {
  const previous = (entry: object, raw = publicRaw()) =>
    withValue(raw, "services/server/previous", [{ name: "old.example.com", until: "2026-12-31", ...entry }]);
  const early = { now: new Date("2026-12-30T23:59:59Z") };
  const late = { now: new Date("2026-12-31T00:00:00Z") };

  it("are held to the same form as the domain", () => {
    for (const wrong of ["*.example.com", "old.example.com.", "https://old.example.com", "203.0.113.10"]) {
      expect(pathsOf(previous({ name: wrong }))).toEqual(["services.server.previous.0.name"]);
      expect(pathsOf(withValue(publicRaw(), "services/server/aliases", ["ok.example.com", wrong]))).toEqual([
        "services.server.aliases.1",
      ]);
    }
    expect(pathsOf(previous({}, demoRaw()))).toEqual(["services.server.previous.0.name"]);
  });

  it.each([
    [{ until: "2026-02-30" }, "until", "must be a day"],
    [{ until: "31.12.2026" }, "until", "must be a day"],
    [{ until: "2026-12-31T18:00:00" }, "until", "must be a day"],
    [{ until: "2026-02-30 00:00:00 +0000 UTC" }, "until", "must be a day"],
    [{ until: "2026-12-31 00:00:00 +0100 CET" }, "until", "must be a day"],
    [{ until: undefined }, "until", "is missing"],
    [{ redirect: 301 }, "redirect", "not one of the values"],
    [{ redirect: 200 }, "redirect", "not one of the values"],
    [{ redirect: true }, "redirect", "not one of the values"],
    [{ pathPrefix: "admin" }, "pathPrefix", "like /admin"],
  ])("are refused with %j", (entry, key, reason) => {
    expect(problemsOf(previous(entry))).toMatchObject([
      { path: `services.server.previous.0.${key}`, reason: expect.stringContaining(reason) as unknown },
    ]);
  });

  it("end at the begin of their day, or at their moment", () => {
    const names = (until: string, context: object) =>
      settingsOf(previous({ until }), context).services.server!.previous.map(({ name }) => name);
    // The last is how Pulumi hands the first over when it has no quotes.
    for (const until of ["2026-12-31", "2026-12-31T00:00:00Z", "2026-12-31 00:00:00 +0000 UTC"]) {
      expect(names(until, early)).toEqual(["old.example.com"]);
      expect(names(until, late)).toEqual([]);
      expect(names(until, {})).toEqual(["old.example.com"]);
    }
  });

  it("are the same to the engine, which is given a date in a form of its own", () => {
    const until = (text: string) => settingsOf(previous({ until: text })).services.server!.previous[0]!.until;
    expect(until("2026-12-31 00:00:00 +0000 UTC")).toBe("2026-12-31");
    expect(until("2026-12-31 18:00:00.5 +0000 UTC")).toBe("2026-12-31T18:00:00.5Z");
  });

  it("have a certificate until then, and none after", () => {
    const raw = withValue(previous({}), "services/server/aliases", ["too.example.com"]);
    const own = withValue(raw, "certificates", { domains: { "old.example.com": { mode: "private-ca" } } });
    const domains = (context: object) => Object.keys(settingsOf(own, context).certificates.domains);
    expect(domains(early)).toEqual([
      "admin.example.com",
      "old.example.com",
      "too.example.com",
      "vault.example.com",
    ]);
    expect(domains(late)).toEqual(["admin.example.com", "too.example.com", "vault.example.com"]);
  });

  it("are not names that are in use with the same path", () => {
    const of = (raw: Record<string, unknown>, context = {}) =>
      problemsOf(raw, context).map(({ path, reason }) => `${path}: ${reason}`);
    const own = previous({ name: "vault.example.com" });
    expect(of(own)).toEqual([
      "services.server.previous.0.name: server is served under this name now, with the same path /",
    ]);
    expect(of(own, late)).toEqual([]);
    expect(of(previous({ name: "admin.example.com" }))).toEqual([
      "services.server.previous.0.name: dashboard is served under this name now, with the same path /",
    ]);
    expect(of(previous({ name: "admin.example.com", pathPrefix: "/api" }))).toEqual([]);
    expect(of(withValue(publicRaw(), "services/server/aliases", ["admin.example.com"]))).toEqual([
      "services.server.aliases.0: is a name of dashboard already, with the same path /",
    ]);
    const both = withValue(previous({}), "services/dashboard/previous", [
      { name: "old.example.com", until: "2026-12-31" },
    ]);
    expect(of(both)).toEqual([
      "services.dashboard.previous.0.name: is a previous name of server already, with the same path /",
    ]);
    expect(of(withValue(both, "services/dashboard/previous/0/pathPrefix", "/admin"))).toEqual([]);
  });
});
