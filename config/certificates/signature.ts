import { element } from "./der";

/** How a certificate was signed. */
export interface Signature {
  /** For people, e.g. "SHA-256 with RSA"; the object identifier in hex if it is an unknown one. */
  name: string;
  /** Whether the baseline requirements (section 7.1.3.2) allow it. */
  accepted: boolean;
}

/** By the object identifier's DER content in hex: RFC 8017 (A.2.4, C), RFC 5758, RFC 3279, RFC 8410. */
const known: Record<string, [name: string, accepted: boolean]> = {
  "2a864886f70d010102": ["MD2 with RSA", false],
  "2a864886f70d010104": ["MD5 with RSA", false],
  "2a864886f70d010105": ["SHA-1 with RSA", false],
  "2b0e03021d": ["SHA-1 with RSA", false],
  "2a864886f70d01010e": ["SHA-224 with RSA", false],
  "2a864886f70d01010b": ["SHA-256 with RSA", true],
  "2a864886f70d01010c": ["SHA-384 with RSA", true],
  "2a864886f70d01010d": ["SHA-512 with RSA", true],
  "2a8648ce3d0401": ["SHA-1 with ECDSA", false],
  "2a8648ce3d040301": ["SHA-224 with ECDSA", false],
  "2a8648ce3d040302": ["SHA-256 with ECDSA", true],
  "2a8648ce3d040303": ["SHA-384 with ECDSA", true],
  "2a8648ce3d040304": ["SHA-512 with ECDSA", true],
  "2a8648ce380403": ["SHA-1 with DSA", false],
  "608648016503040302": ["SHA-256 with DSA", false],
  "2b6570": ["Ed25519", false],
  "2b6571": ["Ed448", false],
};

/** RSASSA-PSS says its hash in parameters; without one it is SHA-1 (RFC 8017, A.2.3). */
const pss = "2a864886f70d01010a";
const pssHashes: [hash: string, name: string][] = [
  ["608648016503040201", "SHA-256"],
  ["608648016503040202", "SHA-384"],
  ["608648016503040203", "SHA-512"],
];

/**
 * Node tells the algorithm of a certificate's signature from version 24 on only. A certificate is a sequence of
 * what is signed, the algorithm and the signature (RFC 5280, section 4.1).
 * @param raw DER of a certificate that has been parsed
 */
export function signatureOf(raw: Buffer): Signature {
  const outer = element(raw, 0);
  const signed = outer && element(raw, outer.start);
  const algorithm = signed && element(raw, signed.end);
  const oid = algorithm && element(raw, algorithm.start);
  if (!oid) return { name: "an unknown algorithm", accepted: false };
  const hex = raw.subarray(oid.start, oid.end).toString("hex");
  if (hex === pss) {
    const parameters = raw.subarray(oid.end, algorithm.end).toString("hex");
    const [, hash] = pssHashes.find(([each]) => parameters.includes(each)) ?? [];
    return { name: `${hash ?? "SHA-1"} with RSASSA-PSS`, accepted: hash !== undefined };
  }
  const [name, accepted] = known[hex] ?? [`the unknown algorithm ${hex}`, false];
  return { name, accepted };
}
