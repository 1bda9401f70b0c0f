import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { judgeCertificate } from "./judge";

let root: TestCertificate, intermediate: TestCertificate, leaf: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Root" });
  intermediate = await issue({ name: "Intermediate", issuer: root });
  leaf = await issue({ name: "x", issuer: intermediate, names: ["vault.example.com"] });
});

const now = new Date("2026-06-01T12:00:00Z");
const judge = (certificate: string, domains: string[], key?: string) =>
  judgeCertificate({
    certificate,
    domains,
    root: root.pem,
    now,
    minDaysLeft: 14,
    ...(key === undefined ? {} : { key }),
  }).findings;

describe("judgeCertificate", () => {
  it.each([
    ["an internationalised name by its A-label", ["xn--mnchen-3ya.example"], "xn--mnchen-3ya.example", []],
    ["a name in Unicode", ["münchen.example"], "xn--mnchen-3ya.example", ["unicode-name"]],
    ["an address as such", ["ip:192.0.2.7"], "192.0.2.7", []],
    ["an IPv6 address in another form", ["ip:2001:db8::7"], "2001:db8:0:0:0:0:0:7", []],
    ["an address as a DNS name", ["192.0.2.7"], "192.0.2.7", ["address-as-dns"]],
    ["another address", ["ip:192.0.2.8"], "192.0.2.7", ["address-not-covered"]],
    ["a name in capitals", ["VAULT.example.com"], "vault.example.com", []],
    ["the apex beside a wildcard", ["*.example.com", "example.com"], "example.com", []],
    ["the apex by a wildcard", ["*.example.com"], "example.com", ["wildcard-apex"]],
    ["two labels by a wildcard", ["*.example.com"], "a.b.example.com", ["wildcard-depth"]],
  ])("judges %s", async (_, names, domain, codes) => {
    const made = await issue({ name: "x", issuer: intermediate, names });
    expect(judge(made.chain, [domain]).map(({ code }) => code)).toEqual(codes);
  });

  it("leads to a publicly trusted root without one being given", async () => {
    const { default: tls } = await import("node:tls");
    // A root is an authority's: it is refused for that, and not for whom it leads to.
    const codes = judge(tls.rootCertificates[0]!, []).map(({ code }) => code);
    expect(codes).toEqual(["leaf-is-ca"]);
  });

  it("throws for no text whatever, and never shows a line of a key", () => {
    const source = leaf.chain + leaf.key;
    const secrets = leaf.key.split("\n").filter((line) => line.length > 30 && !line.includes("-----"));
    const edit = fc.record({
      at: fc.nat(source.length),
      length: fc.nat(80),
      text: fc.oneof(
        fc.string({ maxLength: 40 }),
        fc.constantFrom(
          "\n",
          "-----",
          "-----BEGIN CERTIFICATE-----\n",
          "-----END PRIVATE KEY-----\n",
          "\0",
          "A",
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.boolean(), (edits, swapped) => {
        let text = source;
        for (const { at, length, text: put } of edits)
          text = text.slice(0, at) + put + text.slice(at + length);
        const cut = text.length / 2;
        const [one, two] = swapped ? [text, leaf.chain] : [text.slice(0, cut), text.slice(cut)];
        const findings = judge(one, ["vault.example.com"], two);
        expect(findings.length).toBeGreaterThan(0);
        const said = JSON.stringify(findings);
        for (const secret of secrets) {
          for (let from = 0; from + 16 <= secret.length; from += 8)
            expect(said).not.toContain(secret.slice(from, from + 16));
        }
      }),
      { numRuns: 300 },
    );
  });
});
