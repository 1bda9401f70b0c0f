import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  kid: string;
  alg: "ES256" | "RS256";
  jwk: Record<string, unknown>;
  /** Missing for a key that is only published: not yet, or no longer, signed with. */
  privateKey?: KeyObject;
}

/**
 * The keys of a directory's *.pem files in order of file name: the last with a private key is the newest and
 * signs, all are published. File times do not count, as copying changes them. Throws if a file holds neither
 * an EC P-256 nor an RSA key, or if no key can sign.
 */
export function readKeys(directory: string): SigningKey[] {
  try {
    const names = readdirSync(directory)
      .filter((name) => name.endsWith(".pem"))
      .sort();
    const keys = names.map((name) => parseKey(readFileSync(join(directory, name), "utf8"), name));
    newest(keys);
    return keys;
  } catch (error) {
    throw new Error(`SIGNING_KEYS_DIR is "${directory}": ${(error as Error).message}`);
  }
}

/** A key for this process only, where no directory is given. */
export function temporaryKey(): SigningKey {
  return describe(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
}

/** The JSON Web Key Set (RFC 7517) of all keys. */
export function keySet(keys: SigningKey[]): { keys: Record<string, unknown>[] } {
  return { keys: keys.map(({ jwk }) => jwk) };
}

/** A JWT (RFC 7519) with these claims, signed by the newest key. */
export function signToken(keys: SigningKey[], claims: Record<string, unknown>): string {
  const { kid, alg, privateKey } = newest(keys);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${part({ typ: "JWT", alg, kid })}.${part(claims)}`;
  // RFC 7518, 3.4: ES256 signatures are r and s side by side, not DER.
  const signature = sign("sha256", Buffer.from(input), { key: privateKey!, dsaEncoding: "ieee-p1363" });
  return `${input}.${signature.toString("base64url")}`;
}

function newest(keys: SigningKey[]): SigningKey {
  const key = keys.filter(({ privateKey }) => privateKey).at(-1);
  if (!key) throw new Error("no *.pem file with a private key");
  return key;
}

function parseKey(pem: string, name: string): SigningKey {
  try {
    return describe(pem.includes("PRIVATE KEY") ? createPrivateKey(pem) : createPublicKey(pem));
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`);
  }
}

function describe(key: KeyObject): SigningKey {
  const jwk = (key.type === "private" ? createPublicKey(key) : key).export({ format: "jwk" });
  const alg = jwk.kty === "RSA" ? "RS256" : jwk.crv === "P-256" ? "ES256" : undefined;
  if (!alg) throw new Error("neither an RSA nor an EC P-256 key");
  // RFC 7638: the required members only, in lexicographic order.
  const members =
    alg === "RS256"
      ? { e: jwk.e, kty: jwk.kty, n: jwk.n }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  const kid = createHash("sha256").update(JSON.stringify(members)).digest("base64url");
  return {
    kid,
    alg,
    jwk: { ...jwk, kid, alg, use: "sig" },
    privateKey: key.type === "private" ? key : undefined,
  };
}
