import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { certificateBlocks } from "../certificates/pem";
import { publicRoots } from "../certificates/roots";
import type { Problem } from "../errors";
import { problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const domain = "vault.example.com";
const now = new Date("2026-06-01T12:00:00Z");
const store = "truststores.partners.certificates";

type Raw = Record<string, unknown>;

let root: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Partners" });
});

const clients = (more: Raw = {}) => ({ [domain]: { truststore: "partners" }, ...more });
const raw = (certificates: string[], clientCertificates: Raw = clients(), more: Raw = {}): Raw => ({
  ...withValue(publicRaw(), "certificates", more),
  truststores: { partners: { certificates } },
  clientCertificates,
});
const problems = (given: Raw, readFile?: (path: string) => string): readonly Problem[] =>
  problemsOf(given, { now, ...(readFile ? { readFile } : {}) });

describe("a truststore", () => {
  it("holds authorities of one text or several, and of them nothing but the certificates", async () => {
    const other = await issue({ name: "Other" });
    const given = raw([`Partners' {{ env "HOME" }}\n${root.pem}`, "certificates/other.pem"]);
    const settings = settingsOf(given, { now, readFile: () => other.pem });
    expect(settings.certificates.truststores).toEqual({
      partners: { generation: 1, certificatesPem: certificateBlocks(root.pem + other.pem) },
    });
    expect(settings.certificates.clientCertificates).toEqual({
      [domain]: { truststore: "partners", mode: "required" },
    });
  });

  const cases: [string, () => Promise<string[]> | string[], number, RegExp, RegExp][] = [
    ["text that is no PEM", () => ["-----BEGIN nothing"], 0, /BEGIN or END line/, /PEM, and nothing else/],
    ["an empty text", () => [root.pem, "empty.pem"], 1, /is empty/, /PEM, and nothing else/],
    [
      "a leaf",
      async () => [(await issue({ name: "x", issuer: root, names: ["a.example"] })).pem],
      0,
      /"x" is no authority's/,
      /the authority that issued it/,
    ],
    [
      "an expired authority",
      async () => [(await issue({ name: "Old", to: "2026-02-01" })).pem],
      0,
      /"Old" ended on 2026-02-01/,
      /take it out/,
    ],
    [
      "one of the future",
      async () => [(await issue({ name: "New", from: "2026-07-01" })).pem],
      0,
      /"New" is not valid before 2026-07-01/,
      /wait/,
    ],
    [
      "a private key",
      () => [root.pem + root.key],
      0,
      /holds a private key: whoever/,
      /take the authority for exposed/,
    ],
    ["a private key alone", () => [root.key], 0, /holds a private key: whoever/, /take the key out/],
    [
      "a weak key",
      async () => [(await issue({ name: "Weak", algorithm: "RSA-1024" })).pem],
      0,
      /key of "Weak" is RSA 1024, which is too short/,
      /RSA with 2048 bits/,
    ],
    [
      "the same twice in one text",
      () => [root.pem + root.pem],
      0,
      /"Partners", which the truststore has already/,
      /one of the two/,
    ],
    [
      "the same in two texts",
      () => [root.pem, root.pem],
      1,
      /"Partners", which the truststore has already/,
      /one of the two/,
    ],
    [
      "an authority of everybody",
      () => [publicRoots()[0]!.toString()],
      0,
      /is a public authority, of which anybody/,
      /your clients alone/,
    ],
    [
      "an authority for servers",
      async () => [(await issue({ name: "S", usages: ["1.3.6.1.5.5.7.3.1"] })).pem],
      0,
      /leaves out client authentication/,
      /that may/,
    ],
    ["a text after the certificate", () => [`${root.pem}-- end`], 0, /text after its last/, /nothing else/],
  ];
  it.each(cases)("is refused with %s", async (_name, make, index, reason, remedy) => {
    const found = problems(raw(await make()), () => "\n");
    expect(found.map(({ path }) => path)).toEqual([`${store}.${index}`]);
    expect(found[0]!.reason).toMatch(reason);
    expect(found[0]!.remedy).toMatch(remedy);
    expect(JSON.stringify(found)).not.toContain(root.key.split("\n")[1]);
  });

  it("is refused empty, with a file that is not there, and where nothing uses it", () => {
    expect(problems(raw([]))[0]).toMatchObject({ path: store, reason: expect.stringMatching(/at least/) });
    const missing = problems(raw(["certificates/none.pem"]));
    expect(missing).toMatchObject([{ path: `${store}.0`, reason: expect.stringContaining("no such file") }]);
    expect(problems(raw([root.pem], {}))).toMatchObject([
      { path: "truststores.partners", reason: "nothing uses this truststore" },
    ]);
  });

  it("is judged by no date where there is no clock", async () => {
    const old = await issue({ name: "Old", to: "2026-02-01" });
    expect(problemsOf(raw([old.pem]))).toEqual([]);
  });
});

describe("client certificates", () => {
  const of = (given: Raw) =>
    problems(given).map(({ path, reason, remedy }) => [path, `${reason}; ${remedy}`]);

  it("are of a truststore that there is, for a domain that a service has", () => {
    expect(of(raw([root.pem], { ...clients(), [domain]: { truststore: "partner" } }))).toEqual([
      [
        "clientCertificates.vault.example.com.truststore",
        expect.stringMatching(/no such truststore; did you mean `partners`/),
      ],
      ["truststores.partners", expect.stringContaining("nothing uses")],
    ]);
    expect(of(raw([root.pem], clients({ "vault.example.org": { truststore: "partners" } })))).toEqual([
      [
        "clientCertificates.vault.example.org",
        expect.stringMatching(/no service uses.*did you mean `vault\.example\.com`/),
      ],
    ]);
    const none = withValue(publicRaw(), "clientCertificates", clients());
    expect(of(none)).toEqual([
      [
        "clientCertificates.vault.example.com.truststore",
        expect.stringContaining("give it under truststores"),
      ],
    ]);
  });

  it("are the same under all names of a service: else one would lead round the other", () => {
    const named = (more: Raw, policies: Raw = {}) => {
      const given = raw([root.pem], clients(policies));
      return of(
        withValue(given, "services/server", { ...(given.services as Record<string, Raw>).server, ...more }),
      );
    };
    const said = (name: string, what: string) => [
      [
        `clientCertificates.${name}`,
        expect.stringContaining(`${what} for ${name}, under which server is answered too`),
      ],
    ];
    const alias = { aliases: ["also.example.com"] };
    expect(named(alias)).toEqual(said("also.example.com", "asked of nobody"));
    expect(named(alias, { "also.example.com": { truststore: "partners", mode: "optional" } })).toEqual(
      said("also.example.com", "optional by truststore partners"),
    );
    expect(named(alias, { "also.example.com": { truststore: "partners" } })).toEqual([]);
    for (const redirect of [308, false]) {
      const previous = [{ name: "old.example.com", until: "2026-12-31", redirect }];
      expect(named({ previous })).toEqual(said("old.example.com", "asked of nobody"));
      // A new name without them, beside the old one that has them.
      expect(named({ domain: "new.example.com", previous: [{ ...previous[0], name: domain }] })).toEqual(
        said("new.example.com", "asked of nobody"),
      );
      expect(named({ previous: [{ ...previous[0], until: "2026-05-01" }] })).toEqual([]);
    }
  });

  it("are asked of all services under a name alike", () => {
    const given = raw([root.pem], clients());
    expect(of(withValue(given, "services/dashboard/domain", domain))).toEqual([]);
    const shared = withValue(given, "services/dashboard/aliases", [domain]);
    expect(of(withValue(shared, "services/dashboard/pathPrefix", "/admin"))).toEqual([
      [
        "clientCertificates.admin.example.com",
        expect.stringContaining("asked of nobody for admin.example.com"),
      ],
    ]);
  });

  it("do not go with a proof on the same port by a handshake without any", () => {
    const acme = {
      acme: { email: "a@example.com" },
      domains: { "admin.example.com": { mode: "acme", challenge: "tls-alpn-01" } },
    };
    expect(of(raw([root.pem], clients(), acme))).toEqual([
      [
        "certificates.domains.admin.example.com.challenge",
        expect.stringMatching(/cannot go with.*use http-01/),
      ],
    ]);
    const all = { acme: acme.acme, default: acme.domains["admin.example.com"] };
    expect([...new Set(of(raw([root.pem], clients(), all)).map(([path]) => path))]).toEqual([
      "certificates.default.challenge",
    ]);
  });
});
