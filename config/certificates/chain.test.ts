import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import { judgeChain } from "./chain";
import { judgeCertificate } from "./judge";

const domain = "vault.example.com";
const now = new Date("2026-06-01T12:00:00Z");

/** A root that clients have, the same root cross-signed by an older one, which has ended, and what it issued. */
const made = {} as Record<"older" | "root" | "crossed" | "issuer" | "leaf" | "stranger", TestCertificate>;
beforeAll(async () => {
  made.older = await issue({ name: "Older root" });
  made.root = await issue({ name: "Root" });
  made.crossed = await issue({
    name: "Root",
    sameKeyAs: made.root,
    issuer: made.older,
    to: "2026-05-01",
  });
  made.issuer = await issue({ name: "Issuer", issuer: made.root });
  made.leaf = await issue({ name: "x", issuer: made.issuer, names: [domain] });
  made.stranger = await issue({ name: "Stranger" });
});

type Name = keyof typeof made;
const codesOf = (file: Name[], roots: Name[]): string[] =>
  judgeCertificate({
    certificate: file.map((name) => made[name].pem).join(""),
    ...(roots.length > 0 ? { root: roots.map((name) => made[name].pem).join("") } : {}),
    domains: [domain],
    now,
    minDaysLeft: 14,
  }).findings.map(({ code }) => code);
const judge = (file: TestCertificate[], roots: TestCertificate[]) => {
  const { path, findings } = judgeChain(
    file.map(({ pem }) => new X509Certificate(pem)),
    roots.map(({ pem }) => new X509Certificate(pem)),
  );
  return { path: path.map(({ subject }) => subject), codes: findings.map(({ code }) => code) };
};

describe("judgeChain", () => {
  it.each<[string, Name[], Name[]]>([
    ["the issuer alone", ["leaf", "issuer"], ["root"]],
    ["the root too", ["leaf", "issuer", "root"], ["root"]],
    ["the root cross-signed", ["leaf", "issuer", "crossed"], ["root"]],
    ["the root cross-signed, and the other root", ["leaf", "issuer", "crossed", "older"], ["root"]],
    ["the root, then cross-signed", ["leaf", "issuer", "root", "crossed"], ["root"]],
    ["the root cross-signed, then itself", ["leaf", "issuer", "crossed", "root"], ["root"]],
  ])("takes a chain with %s, whatever has ended above the root", (_, file, roots) => {
    expect(codesOf(file, roots)).toEqual([]);
  });

  it("takes a root that is given in its cross-signed form", async () => {
    const present = await issue({ name: "Root", sameKeyAs: made.root, issuer: made.older });
    expect(judge([made.leaf, made.issuer, made.root], [present]).codes).toEqual([]);
    expect(judge([made.leaf, made.issuer], [present]).codes).toEqual([]);
    expect(judge([made.leaf, made.issuer, made.crossed], [present]).codes).toEqual([]);
  });

  it("ends at the first certificate that a root issued", () => {
    const subjects = ["CN=x", "CN=Issuer"];
    expect(judge([made.leaf, made.issuer, made.crossed], [made.root]).path).toEqual(subjects);
    expect(judge([made.leaf, made.issuer, made.crossed], [made.older]).path).toEqual([
      ...subjects,
      "CN=Root",
    ]);
  });

  it.each<[string, Name[], Name[], string[]]>([
    ["a cross-signed root that leads nowhere", ["leaf", "issuer", "crossed"], [], ["chain-incomplete"]],
    ["a root that nobody trusts", ["leaf", "issuer", "root"], [], ["untrusted-root"]],
    ["it, cross-signed too", ["leaf", "issuer", "root", "crossed"], [], ["chain-incomplete"]],
    ["it, cross-signed first", ["leaf", "issuer", "crossed", "root"], [], ["chain-incomplete"]],
    ["a missing issuer below a root", ["leaf", "crossed"], ["root"], ["stranger", "chain-missing"]],
    ["a stranger above a root", ["leaf", "issuer", "crossed", "stranger"], ["root"], ["stranger"]],
    ["a root before what it issued", ["leaf", "root", "issuer"], ["root"], ["out-of-order"]],
    ["the same, cross-signed", ["leaf", "crossed", "issuer"], ["root"], ["out-of-order"]],
    ["an older root before its turn", ["leaf", "issuer", "older", "crossed"], ["root"], ["out-of-order"]],
  ])("refuses %s", (_, file, roots, codes) => {
    const found = codesOf(file, roots).filter((code) => code !== "issuer-expired");
    expect(found).toEqual(codes);
  });

  it("still refuses a cross-signed root that has ended where it is what leads to the trusted one", () => {
    expect(codesOf(["leaf", "issuer", "crossed"], ["older"])).toEqual(["issuer-expired"]);
    expect(codesOf(["leaf", "issuer", "root", "crossed"], ["older"])).toEqual(["issuer-expired"]);
  });

  it("still judges an intermediate that stands beside the root that was given", async () => {
    const ended = await issue({ name: "Ended", issuer: made.root, to: "2026-05-01" });
    const renewed = await issue({ name: "Ended", sameKeyAs: ended, issuer: made.root });
    const leaf = await issue({ name: "x", issuer: ended, names: [domain] });
    const { findings } = judgeCertificate({
      certificate: leaf.pem + ended.pem,
      root: renewed.pem + made.root.pem,
      domains: [domain],
      now,
      minDaysLeft: 14,
    });
    expect(findings.map(({ code }) => code)).toEqual(["issuer-expired"]);
  });

  it("takes the first of two issuers with one name and key, as clients do that try one path only", async () => {
    const second = await issue({ name: "Issuer", sameKeyAs: made.issuer, issuer: made.stranger });
    expect(judge([made.leaf, made.issuer, second], [made.root]).codes).toEqual([]);
    expect(judge([made.leaf, second, made.issuer], [made.root]).codes).toEqual(["chain-incomplete"]);
  });

  it("refuses a root of the same name with another key", async () => {
    const impostor = await issue({ name: "Root" });
    expect(judge([made.leaf, made.issuer, impostor], [made.root]).codes).toEqual(["bad-signature"]);
    expect(judge([made.leaf, made.issuer, made.root], [impostor]).codes).toEqual(["untrusted-root"]);
  });

  it("does not take long for many certificates with one name and key", async () => {
    const copies: TestCertificate[] = [];
    for (let index = 0; index < 20; index++) copies.push(await issue({ name: "Root", sameKeyAs: made.root }));
    expect(judge([made.leaf, made.issuer, ...copies], []).codes).toEqual(["untrusted-root"]);
  });
});
