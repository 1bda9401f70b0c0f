import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { issue, type TestCertificate } from "../../test/support/certificates";
import type { Problem } from "../errors";
import { encryptedPlaceholder } from "../secret";
import { problemsOf, publicRaw, settingsOf, withValue } from "../testing";

const domain = "vault.example.com";
const other = "admin.example.com";
const now = new Date("2026-06-01T12:00:00Z");
const at = `certificates.domains.${domain}`;

type Entry = Record<string, unknown>;
/** What is changed in an entry that is right; `others` are entries of further domains. */
type Bad = { entry?: Entry; others?: Record<string, Entry>; readFile?: (path: string) => string };

let root: TestCertificate, intermediate: TestCertificate, leaf: TestCertificate;
beforeAll(async () => {
  root = await issue({ name: "Root" });
  intermediate = await issue({ name: "Intermediate", issuer: root });
  leaf = await issue({ name: "ignored.example.com", issuer: intermediate, names: [domain] });
});

const good = (): Entry => ({ mode: "custom", certificate: leaf.chain, key: leaf.key, root: root.pem });
const raw = (entry: Entry, others: Record<string, Entry> = {}) =>
  withValue(publicRaw(), "certificates", { domains: { [domain]: entry, ...others } });
const problems = ({ entry = {}, others, readFile }: Bad): readonly Problem[] =>
  problemsOf(raw({ ...good(), ...entry }, others), { now, ...(readFile ? { readFile } : {}) });

/** An entry with a leaf of its own. */
const own = async (options: Partial<Parameters<typeof issue>[0]>): Promise<Bad> => {
  const made = await issue({ name: "x", issuer: intermediate, names: [domain], ...options });
  return { entry: { certificate: made.chain, key: made.key } };
};
const certificate = (text: string): Bad => ({ entry: { certificate: text } });
const key = (text: string): Bad => ({ entry: { key: text } });
const der = (pem: string): Buffer => new X509Certificate(pem).raw;
const toPem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64")}\n-----END CERTIFICATE-----\n`;
/** As it comes out of a binary file that is read as text. */
const asText = (bytes: Buffer): string => bytes.toString("utf8");
const file = (text: string): Bad => ({ entry: { certificate: "vault.pem" }, readFile: () => text });
const failing = (code: string): Bad => ({
  entry: { certificate: "certificates/vault.pem" },
  readFile: () => {
    throw Object.assign(new Error("secret detail"), { code });
  },
});
const encrypted = (pem: string, type: "pkcs8" | "pkcs1"): string =>
  createPrivateKey(pem).export({
    type,
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "hunter2",
  } as never) as string;
/** Replaces the one algorithm of a signature by another in both places: what is judged before any signature. */
const resigned = (pem: string, from: string, to: string): string =>
  toPem(Buffer.from(der(pem).toString("hex").replaceAll(from, to), "hex"));
const rsaKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

/** Name, bad input, where it must be found, and what must be said of it. */
const cases: [string, () => Bad | Promise<Bad>, "certificate" | "key" | "root", RegExp][] = [
  ["text that is no PEM", () => certificate("-----BEGIN of nothing"), "certificate", /BEGIN or END line/],
  ["a file without PEM", () => file("hello"), "certificate", /is not PEM/],
  ["an empty file", () => file("\n"), "certificate", /is empty/],
  ["DER", () => file(asText(der(leaf.pem))), "certificate", /binary \(DER\)/],
  [
    "PKCS#12",
    () => file(asText(Buffer.from("308209e60201033082", "hex"))),
    "certificate",
    /is a PKCS#12 file/,
  ],
  ["base64 alone", () => file(der(leaf.pem).toString("base64")), "certificate", /base64 without its BEGIN/],
  [
    "a PKCS#7 bundle",
    () => certificate("-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----"),
    "certificate",
    /PKCS#7/,
  ],
  [
    "a request",
    () => certificate("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----"),
    "certificate",
    /\(CSR\)/,
  ],
  [
    "another block",
    () => certificate(`${leaf.chain}-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----`),
    "certificate",
    /block "X509 CRL"/,
  ],
  [
    "a certificate cut off",
    () => certificate(leaf.chain.trimEnd().slice(0, -30)),
    "certificate",
    /no END line|BEGIN or END/,
  ],
  [
    "lines run together",
    () => certificate(leaf.chain.replaceAll("\n", " ")),
    "certificate",
    /BEGIN or END line/,
  ],
  [
    "a block that is no certificate",
    () => certificate(toPem(Buffer.from("3003020101", "hex"))),
    "certificate",
    /block 1 cannot be read/,
  ],
  [
    "data after a certificate",
    () => certificate(toPem(Buffer.concat([der(leaf.pem), Buffer.from("00")])) + intermediate.pem),
    "certificate",
    /data after the certificate/,
  ],
  [
    "text after the last one",
    () => certificate(`${leaf.chain}-- the end\n`),
    "certificate",
    /text after its last/,
  ],
  ["a key beside it", () => certificate(leaf.chain + leaf.key), "certificate", /private key as well/],
  [
    "certificate and key swapped",
    () => ({ entry: { certificate: leaf.key, key: leaf.chain } }),
    "certificate",
    /is a private key, not a certificate/,
  ],
  ["a certificate as key", () => key(leaf.chain), "key", /is a certificate, not a private key/],
  ["an encrypted key, PKCS#8", () => key(encrypted(leaf.key, "pkcs8")), "key", /passphrase \(PKCS#8\)/],
  [
    "an encrypted key, traditional",
    () => key(encrypted(rsaKey().export({ type: "pkcs8", format: "pem" }) as string, "pkcs1")),
    "key",
    /Proc-Type/,
  ],
  ["another key", () => key(root.key), "key", /not the key of the certificate/],
  ["two keys", () => key(leaf.key + root.key), "key", /holds 2 private keys/],
  ["a key that is no PEM", () => key("hunter2"), "key", /not a private key in PEM/],
  ["a key without its lines", () => key(leaf.key.replace(/-----.*-----/g, "")), "key", /base64 without/],
  ["a key run together", () => key(leaf.key.replaceAll("\n", " ")), "key", /BEGIN or END line/],
  ["a key cut off", () => key(leaf.key.split("\n").slice(0, 2).join("\n")), "key", /no END line/],
  [
    "a mangled key",
    () => key(leaf.key.replace(/\nMI..../, "\nMIAAAA")),
    "key",
    /cannot be read as a private/,
  ],
  [
    "a public key",
    () => key("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----"),
    "key",
    /is a public key/,
  ],
  [
    "an OpenSSH key",
    () => key("-----BEGIN OPENSSH PRIVATE KEY-----\nMIIB\n-----END OPENSSH PRIVATE KEY-----"),
    "key",
    /OpenSSH's form/,
  ],
  ["a leaf alone", () => certificate(leaf.pem), "certificate", /is the server's certificate alone/],
  [
    "a chain without one of two intermediates",
    async () => {
      const second = await issue({ name: "Second", issuer: intermediate });
      const made = await issue({ name: "x", issuer: second, names: [domain] });
      return { entry: { certificate: made.pem + second.pem, key: made.key } };
    },
    "certificate",
    /chain ends at "Second", whose issuer "Intermediate"/,
  ],
  [
    "a chain out of order",
    async () => {
      const second = await issue({ name: "Second", issuer: intermediate });
      const made = await issue({ name: "x", issuer: second, names: [domain] });
      return { entry: { certificate: made.pem + intermediate.pem + second.pem, key: made.key } };
    },
    "certificate",
    /is out of order/,
  ],
  [
    "the leaf not first",
    () => certificate(intermediate.pem + leaf.pem),
    "certificate",
    /begins with an authority/,
  ],
  [
    "a stranger in the chain",
    async () => certificate(leaf.chain + (await issue({ name: "Stranger" })).pem),
    "certificate",
    /"Stranger", which did not issue/,
  ],
  ["one twice", () => certificate(leaf.chain + intermediate.pem), "certificate", /"Intermediate" twice/],
  [
    "no root for a private authority",
    () => ({ entry: { root: undefined } }),
    "certificate",
    /neither in it nor a trusted/,
  ],
  [
    "a root in the chain that nobody trusts",
    () => ({ entry: { certificate: leaf.chain + root.pem, root: undefined } }),
    "certificate",
    /leads to the root "Root"/,
  ],
  [
    "an issuer of the same name with another key",
    async () => certificate(leaf.pem + (await issue({ name: "Intermediate", issuer: root })).pem),
    "certificate",
    /not signed with that one's key/,
  ],
  ["a self-signed one", () => own({ issuer: undefined }), "certificate", /is self-signed/],
  ["an authority's", () => certificate(intermediate.pem), "certificate", /is an authority's certificate/],
  [
    "an issuer that is no authority",
    async () => {
      const false_ = await issue({ name: "Shop", issuer: intermediate, names: ["shop.example.com"] });
      return own({ issuer: false_ });
    },
    "certificate",
    /"Shop" is in the place of an issuer/,
  ],
  [
    "one for clients only",
    () => own({ usages: ["1.3.6.1.5.5.7.3.2"] }),
    "certificate",
    /leaves out server auth/,
  ],
  [
    "an issuer for mail only",
    async () => own({ issuer: await issue({ name: "Mail", issuer: root, usages: ["1.3.6.1.5.5.7.3.4"] }) }),
    "certificate",
    /has an issuer that is not for servers/,
  ],
  ["another name", () => own({ names: ["other.example.com"] }), "certificate", /names "other.example.com"/],
  [
    "a wildcard above by two labels",
    () => own({ names: ["*.com"] }),
    "certificate",
    /stands for one label only/,
  ],
  [
    "a wildcard below it",
    () => own({ names: [`*.${domain}`] }),
    "certificate",
    /stands for a label before it/,
  ],
  [
    "half a wildcard",
    () => own({ names: ["va*.example.com"] }),
    "certificate",
    /not the whole leftmost label/,
  ],
  [
    "a common name alone",
    () => own({ name: domain, names: undefined, ca: false }),
    "certificate",
    /no subject alt/,
  ],
  [
    "one that is not valid yet",
    () => own({ from: "2026-07-01" }),
    "certificate",
    /not valid before 2026-07-01/,
  ],
  ["one that has ended", () => own({ to: "2026-05-31" }), "certificate", /^ended on 2026-05-31/],
  [
    "one that ends soon",
    () => own({ to: "2026-06-11" }),
    "certificate",
    /^ends on 2026-06-11, in 9 days.*14/,
  ],
  [
    "an intermediate that has ended",
    async () => own({ issuer: await issue({ name: "Old", issuer: root, to: "2026-05-01" }) }),
    "certificate",
    /its issuer "Old" ended/,
  ],
  [
    "an intermediate that ends soon",
    async () => own({ issuer: await issue({ name: "Old", issuer: root, to: "2026-06-05" }) }),
    "certificate",
    /its issuer "Old" ends on/,
  ],
  ["RSA of 1024 bits", () => own({ algorithm: "RSA-1024" }), "certificate", /RSA 1024, which is too short/],
  [
    "an odd curve",
    () => own({ keyPair: generateKeyPairSync("ec", { namedCurve: "secp256k1" }) }),
    "certificate",
    /secp256k1, a curve/,
  ],
  [
    "P-521",
    () => own({ algorithm: "P-521" }),
    "certificate",
    /^its key is ECDSA P-521, a curve that Chrome and Edge refuse/,
  ],
  [
    "a DSA key",
    () => own({ keyPair: generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 }) }),
    "certificate",
    /is DSA, a kind/,
  ],
  [
    "an Ed25519 key",
    () => own({ keyPair: generateKeyPairSync("ed25519") }),
    "certificate",
    /is ED25519, a kind/,
  ],
  [
    "SHA-1",
    async () => own({ issuer: intermediate, hash: "SHA-1" }),
    "certificate",
    /^is signed with SHA-1 with ECDSA/,
  ],
  [
    "MD5",
    async () => {
      const rsa = await issue({ name: "RSA", algorithm: "RSA-2048", issuer: root });
      const made = await issue({ name: "x", issuer: rsa, names: [domain] });
      const [from, to] = ["2a864886f70d01010b", "2a864886f70d010104"];
      return { entry: { certificate: resigned(made.pem, from, to) + rsa.pem, key: made.key } };
    },
    "certificate",
    /^is signed with MD5 with RSA/,
  ],
  [
    "an intermediate with SHA-1",
    async () => own({ issuer: await issue({ name: "Weak", issuer: root, hash: "SHA-1" }) }),
    "certificate",
    /its issuer "Weak" is signed with SHA-1/,
  ],
  [
    "an intermediate with a short key",
    async () => own({ issuer: await issue({ name: "Weak", issuer: root, algorithm: "RSA-1024" }) }),
    "certificate",
    /key of its issuer "Weak"/,
  ],
  [
    "a file that is not there",
    () => failing("ENOENT"),
    "certificate",
    /"certificates\/vault.pem" is no PEM text/,
  ],
  ["a folder", () => failing("EISDIR"), "certificate", /is a folder/],
  ["a file that may not be read", () => failing("EACCES"), "certificate", /may not be read/],
  ["a file elsewhere", () => certificate("/etc/ssl/vault.pem"), "certificate", /outside the project/],
  ["a file above", () => certificate("certificates/../../vault.pem"), "certificate", /outside the project/],
  [
    "a root that is no authority's",
    () => ({ entry: { root: root.pem + leaf.pem } }),
    "root",
    /holds a certificate that is no authority's/,
  ],
  [
    "a root that has ended",
    async () => {
      const old = await issue({ name: "Old root", to: "2026-05-01" });
      const made = await issue({ name: "x", issuer: old, names: [domain] });
      return { entry: { certificate: made.chain, key: made.key, root: old.pem } };
    },
    "root",
    /"Old root" has ended/,
  ],
  [
    "a root that is no PEM",
    () => ({ entry: { root: "ca.pem" }, readFile: () => "hello" }),
    "root",
    /is not PEM/,
  ],
  [
    "two domains' certificates interchanged",
    async () => {
      const second = await issue({ name: "y", issuer: intermediate, names: [other] });
      return {
        entry: { certificate: second.chain, key: second.key },
        others: { [other]: good() },
      };
    },
    "certificate",
    /is the certificate of admin.example.com, and the other way round/,
  ],
  [
    "two certificates for the same names",
    async () => {
      const names = [domain, other];
      const [one, two] = await Promise.all([own({ names }), own({ names })]);
      return { ...one, others: { [other]: { ...good(), ...two.entry } } };
    },
    "certificate",
    /would serve only one/,
  ],
];

describe("checkCustomCertificates", () => {
  const seen = new Map<string, string>();

  it.each(cases)("refuses %s", async (name, make, about, reason) => {
    const bad = await make();
    const found = problems(bad);
    const matching = found.filter((each) => each.path === `${at}.${about}` && reason.test(each.reason));
    expect(matching, JSON.stringify(found)).toHaveLength(1);
    expect(matching[0]!.remedy.length).toBeGreaterThan(10);
    seen.set(name, `${about} ${matching[0]!.reason}`);
    // Nothing of any key that was given, in whatever field.
    const text = JSON.stringify(found);
    expect(text).not.toMatch(/hunter2|secret detail/);
    for (const given of Object.values({ ...good(), ...bad.entry })) {
      for (const line of String(given)
        .split("\n")
        .filter((each) => each.length > 40)) {
        if (!line.includes("-----")) expect(text).not.toContain(line.slice(0, 40));
      }
    }
  });

  it("has a message of its own for each of them", () => {
    // The same fault in other clothes; everything else is told apart.
    const alike = ["lines run together", "a file above", "a key run together"];
    const reasons = [...seen].filter(([name]) => !alike.includes(name)).map(([, reason]) => reason);
    expect(reasons.length).toBeGreaterThanOrEqual(60);
    const repeated = reasons.filter((reason, index) => reasons.indexOf(reason) !== index);
    expect(repeated).toEqual([]);
  });

  it("takes a chain that covers the domain, with its key, with and without the root in it", () => {
    expect(problems({})).toEqual([]);
    expect(problems(certificate(leaf.chain + root.pem))).toEqual([]);
    expect(settingsOf(raw(good()), { now }).certificates.domains[domain]).toEqual({
      mode: "custom",
      certificatePem: leaf.chain,
      rootPem: root.pem,
      key: expect.anything() as unknown,
      generation: 1,
    });
  });

  it("takes an explanation before a block, Windows' line ends, RSA, an issuer on P-521 and a wildcard", async () => {
    expect(problems(certificate(`subject=CN = x\n${leaf.chain.replaceAll("\n", "\r\n")}`))).toEqual([]);
    expect(problems(await own({ algorithm: "RSA-2048" }))).toEqual([]);
    const strong = await issue({ name: "Strong", issuer: intermediate, algorithm: "P-521" });
    expect(problems(await own({ issuer: strong }))).toEqual([]);
    expect(problems(await own({ names: ["*.example.com"] }))).toEqual([]);
    expect(problems(await own({ usages: ["1.3.6.1.5.5.7.3.1"] }))).toEqual([]);
  });

  it("takes a key in its traditional form, with parameters before it", () => {
    const traditional = createPrivateKey(leaf.key).export({ type: "sec1", format: "pem" }) as string;
    const parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    expect(problems(key(traditional))).toEqual([]);
    expect(problems(key(parameters + traditional))).toEqual([]);
  });

  it("shows a path, and never a key that is given in its place", () => {
    const said = (text: string): string => {
      const failed = failing("ENOENT").readFile!;
      const found = problems({ entry: { certificate: text }, readFile: failed });
      expect(found.map(({ path }) => path)).toEqual([`${at}.certificate`]);
      return JSON.stringify(found);
    };
    const bytes = Buffer.from(Array.from({ length: 48 }, (_, index) => (index * 89 + 251) % 256));
    for (const secret of [
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("hex"),
      bytes.subarray(0, 31).toString("base64"),
      bytes.toString("base64").replace(/.{32}/, "$& "),
      `${bytes.toString("base64")}\n`,
      `${bytes.toString("base64")}\nvault.pem`,
      `/${bytes.toString("base64")}`,
    ]) {
      const text = said(secret);
      expect(text).toMatch(/"what is given is/);
      expect(text).not.toContain(secret.trim().slice(0, 16));
    }
    expect(said(`certificates/${"production/".repeat(4)}vault.pem`)).toContain("production/vault.pem");
  });

  it("reads certificate and root from files of the project", () => {
    const files: Record<string, string> = { "certificates/vault.pem": leaf.chain, "ca.pem": root.pem };
    const readFile = (path: string) => files[path] ?? "";
    expect(problems({ entry: { certificate: "certificates/vault.pem", root: "ca.pem" }, readFile })).toEqual(
      [],
    );
  });

  it("accepts less time if the configuration says so, and judges no date without a clock", async () => {
    const soon = await own({ to: "2026-06-11" });
    expect(problems({ entry: { ...soon.entry, minDaysLeft: 9 } })).toEqual([]);
    expect(problems({ entry: { ...soon.entry, minDaysLeft: 10 } })).toHaveLength(1);
    const ended = await own({ to: "2026-05-31" });
    expect(problemsOf(raw({ ...good(), ...ended.entry }))).toEqual([]);
  });

  it("leaves a key to the engine that only the engine can decrypt", () => {
    expect(problems(key(encryptedPlaceholder))).toEqual([]);
  });

  it("judges the default certificate once, for every domain that has none of its own", () => {
    const everywhere = withValue(publicRaw(), "certificates", { default: good() });
    const found = problemsOf(everywhere, { now });
    expect(found.map(({ path }) => path)).toEqual(["certificates.default.certificate"]);
    expect(found[0]!.reason).toContain("does not cover admin.example.com");
  });
});
