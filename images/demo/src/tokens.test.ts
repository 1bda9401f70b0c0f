import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keySet, readKeys, signToken, temporaryKey } from "./tokens";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "demo-keys-"))));
afterEach(() => rmSync(directory, { recursive: true }));

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const put = (name: string, key: KeyObject) =>
  writeFileSync(
    join(directory, name),
    key.type === "private"
      ? key.export({ type: "pkcs8", format: "pem" })
      : key.export({ type: "spki", format: "pem" }),
  );

/** Verifies as another party would: by the published keys alone. Gives the claims. */
function verified(token: string, published: { keys: Record<string, unknown>[] }): Record<string, unknown> {
  const [head, body, signature] = token.split(".") as [string, string, string];
  const read = (part: string) =>
    JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const { kid, alg } = read(head);
  const jwk = published.keys.find((key) => key.kid === kid && key.alg === alg);
  if (!jwk) throw new Error("no published key has signed this token");
  const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
  if (!verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url")))
    throw new Error("the signature is wrong");
  return read(body);
}

describe("signToken", () => {
  it("signs with the last private key by name, and all keys are published", () => {
    put("001.pem", ec.privateKey);
    put("002.pem", rsa.privateKey);
    const keys = readKeys(directory);
    const token = signToken(keys, { sub: "demo" });
    expect(verified(token, keySet(keys))).toEqual({ sub: "demo" });
    expect(keySet(keys).keys.map(({ alg }) => alg)).toEqual(["ES256", "RS256"]);
    expect(() => verified(token, { keys: keySet(keys).keys.slice(0, 1) })).toThrow(/no published key/);
    expect(() => verified(`${token.slice(0, -6)}AAAAAA`, keySet(keys))).toThrow(/wrong/);
  });

  it("publishes a public key without signing by it", () => {
    put("001.pem", ec.privateKey);
    put("002.pem", rsa.publicKey);
    const keys = readKeys(directory);
    expect(keys).toHaveLength(2);
    expect(verified(signToken(keys, {}), { keys: keySet(keys).keys.slice(0, 1) })).toEqual({});
  });

  it("works with the key of a process", () => {
    const keys = [temporaryKey()];
    expect(verified(signToken(keys, { a: 1 }), keySet(keys))).toEqual({ a: 1 });
  });
});

describe("keySet", () => {
  it("holds no private part", () => {
    put("001.pem", ec.privateKey);
    put("002.pem", rsa.privateKey);
    for (const jwk of keySet(readKeys(directory)).keys)
      for (const member of ["d", "p", "q", "dp", "dq", "qi"]) expect(jwk).not.toHaveProperty(member);
  });

  it("names a key by itself, not by its file", () => {
    put("001.pem", ec.privateKey);
    const [first] = readKeys(directory);
    put("002.pem", ec.publicKey);
    put("003.pem", rsa.publicKey);
    const [, same, other] = readKeys(directory);
    expect(same!.kid).toBe(first!.kid);
    expect(other!.kid).not.toBe(first!.kid);
    expect(first!.kid).toMatch(/^[\w-]{43}$/);
  });
});

describe("readKeys", () => {
  it("refuses a directory without a private key, and a key of another kind by file name", () => {
    expect(() => readKeys(directory)).toThrow(/no \*\.pem file with a private key/);
    put("curve.pem", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey);
    expect(() => readKeys(directory)).toThrow(/curve\.pem: neither an RSA nor an EC P-256 key/);
  });
});
