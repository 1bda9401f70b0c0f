import "reflect-metadata";
import { generateKeyPairSync } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { encryptedPlaceholder } from "../secret";
import { problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const domain = "vault.example.com";
const curve = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
type Pair = { keys: CryptoKeyPair; certificate: x509.X509Certificate };

async function pem(keys: CryptoKeyPair): Promise<string> {
  const bytes = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return x509.PemConverter.encode(bytes, "PRIVATE KEY");
}

async function issue(name: string, issuer: Pair | undefined, names?: string[]): Promise<Pair> {
  const keys = await crypto.subtle.generateKey(curve, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date("2026-01-01"),
    notAfter: new Date("2046-01-01"),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: curve,
    extensions: [
      new x509.BasicConstraintsExtension(names === undefined, undefined, true),
      ...(names
        ? [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))]
        : []),
    ],
  });
  return { keys, certificate };
}

describe("checkCustomCertificates", () => {
  let authority: Pair, intermediate: Pair, leaf: Pair;
  let key: string, chain: string;
  beforeAll(async () => {
    authority = await issue("Authority", undefined);
    intermediate = await issue("Intermediate", authority);
    leaf = await issue("ignored.example.com", intermediate, [domain]);
    key = await pem(leaf.keys);
    chain = text(leaf, intermediate);
  });
  const text = (...pairs: Pair[]) => pairs.map(({ certificate }) => certificate.toString("pem")).join("\n");
  const raw = (certificate: string, privateKey: string) =>
    withValue(publicRaw(), "certificates", {
      domains: { [domain]: { mode: "custom", certificate, key: privateKey } },
    });
  const problems = (certificate: string, privateKey = key, readFile?: (path: string) => string) =>
    problemsOf(raw(certificate, privateKey), readFile ? { readFile } : {});
  const certificatePath = `certificates.domains.${domain}.certificate`;

  it("takes a chain that covers the domain, with its key", () => {
    expect(problems(chain)).toEqual([]);
    expect(settingsOf(raw(chain, key)).certificates.domains[domain]).toMatchObject({
      mode: "custom",
      certificatePem: chain,
      generation: 1,
    });
  });

  it("reads the chain from a file of the project", () => {
    const readFile = (path: string) => (path === "certificates/vault.pem" ? chain : "");
    expect(problems("certificates/vault.pem", key, readFile)).toEqual([]);
    expect(problems("certificates/vualt.pem")).toMatchObject([{ path: certificatePath }]);
  });

  it("takes a wildcard for one label only, and never the common name", async () => {
    const wildcard = await issue("x", intermediate, ["*.example.com"]);
    expect(problems(text(wildcard, intermediate), await pem(wildcard.keys))).toEqual([]);
    const deeper = await issue("x", intermediate, ["*.com"]);
    expect(problems(text(deeper, intermediate), await pem(deeper.keys))).toHaveLength(1);
    const named = await issue(domain, intermediate, ["other.example.com"]);
    const [problem] = problems(text(named, intermediate), await pem(named.keys));
    expect(problem).toMatchObject({ path: certificatePath });
    expect(problem!.reason).toContain("other.example.com");
  });

  it("finds chains in the wrong order, broken or without a server's certificate", async () => {
    expect(problems(text(intermediate, leaf)).map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining("authority's"),
    );
    expect(problems(text(leaf, authority))[0]!.reason).toContain("did not issue");
    expect(problems("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----")[0]!.reason).toContain(
      "read",
    );
    expect(problems("-----BEGIN NOTHING-----")[0]!.reason).toContain("no certificate");
  });

  it("finds another certificate's key, none, and a key in the wrong place, and shows none", async () => {
    const other = await pem(authority.keys);
    expect(problems(chain, other)).toMatchObject([{ path: `certificates.domains.${domain}.key` }]);
    expect(problems(chain, "hunter2")).toMatchObject([{ path: `certificates.domains.${domain}.key` }]);
    const both = problems(`${chain}\n${key}`);
    expect(both[0]!.reason).toContain("plain text");
    expect(JSON.stringify([...problems(chain, other), ...problems(chain, "hunter2"), ...both])).not.toMatch(
      /hunter2|PRIVATE/,
    );
  });

  it("refuses keys that browsers refuse", () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const reasons = problems(chain, weak.export({ type: "pkcs8", format: "pem" }) as string).map(
      (p) => p.reason,
    );
    expect(reasons).toContain("is weaker than browsers accept");
  });

  it("leaves a key to the engine that only the engine can decrypt", () => {
    expect(problems(chain, encryptedPlaceholder)).toEqual([]);
  });

  it("judges the default certificate for every domain that has none of its own", () => {
    const everywhere = withValue(publicRaw(), "certificates", {
      default: { mode: "custom", certificate: chain, key },
    });
    expect(problemsOf(everywhere)).toMatchObject([
      {
        path: "certificates.default.certificate",
        reason: expect.stringContaining("admin.example.com") as unknown,
      },
    ]);
  });
});
