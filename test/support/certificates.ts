import "reflect-metadata";
import { createPrivateKey, type KeyObject, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** A certificate that was made for a test, with its key. */
export interface TestCertificate {
  /** PEM, one certificate. */
  pem: string;
  /** PKCS#8 PEM. */
  key: string;
  /** PEM of it and of those that it was issued by, without the root. */
  chain: string;
  /** Whether another one issued it. */
  issued: boolean;
  subject: string;
  signing: webcrypto.CryptoKey;
}

export interface IssueOptions {
  /** Common name. */
  name: string;
  /** Without it the certificate is self-signed. */
  issuer?: TestCertificate;
  /** Another certificate whose key it is for, as in a cross-signed one. Default: a key of its own. */
  sameKeyAs?: TestCertificate;
  /** Subject alternative names: DNS names, or addresses with `ip:` before them. Without them it has no such extension. */
  names?: string[];
  /** Default: whether it has no names. */
  ca?: boolean;
  from?: string;
  to?: string;
  /** Object identifiers of the extended key usage. */
  usages?: string[];
  /** Default: a new key on P-256. */
  algorithm?: "P-256" | "P-521" | "RSA-2048" | "RSA-1024";
  /** Hash of the signature. Default: SHA-256. */
  hash?: "SHA-1" | "SHA-256";
  /** A key that Node's WebCrypto does not know, in place of `algorithm`; such a certificate cannot issue others. */
  keyPair?: { publicKey: KeyObject; privateKey: KeyObject };
}

/** Makes a certificate. Valid from 2026 to 2046 unless it is said. */
export async function issue(options: IssueOptions): Promise<TestCertificate> {
  const { name, issuer, sameKeyAs, names, keyPair, hash = "SHA-256" } = options;
  const keys = await webcrypto.subtle.generateKey(algorithmOf(options), true, ["sign", "verify"]);
  const subject = `CN=${name}`;
  const own = sameKeyAs?.signing ?? keys.privateKey;
  const signing = issuer?.signing ?? own;
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject,
      issuer: issuer?.subject ?? subject,
      notBefore: new Date(options.from ?? "2026-01-01"),
      notAfter: new Date(options.to ?? "2046-01-01"),
      publicKey: keyPair
        ? new x509.PublicKey(keyPair.publicKey.export({ type: "spki", format: "der" }))
        : sameKeyAs
          ? new x509.X509Certificate(sameKeyAs.pem).publicKey
          : keys.publicKey,
      signingKey: signing,
      signingAlgorithm: { name: signing.algorithm.name, hash } as EcdsaParams,
      extensions: [
        new x509.BasicConstraintsExtension(options.ca ?? names === undefined, undefined, true),
        ...(names ? [new x509.SubjectAlternativeNameExtension(names.map(toName))] : []),
        ...(options.usages ? [new x509.ExtendedKeyUsageExtension(options.usages)] : []),
      ],
    },
    webcrypto as Crypto,
  );
  const key =
    keyPair?.privateKey ??
    createPrivateKey({
      key: Buffer.from(await webcrypto.subtle.exportKey("pkcs8", own)),
      format: "der",
      type: "pkcs8",
    });
  const pem = `${certificate.toString("pem")}\n`;
  return {
    pem,
    key: key.export({ type: "pkcs8", format: "pem" }) as string,
    chain: `${pem}${issuer?.issued ? issuer.chain : ""}`,
    issued: issuer !== undefined,
    subject,
    signing: own,
  };
}

function algorithmOf({ algorithm = "P-256", hash = "SHA-256" }: IssueOptions): webcrypto.EcKeyGenParams {
  const [kind, bits] = algorithm.split("-") as [string, string];
  return (
    kind === "RSA"
      ? {
          name: "RSASSA-PKCS1-v1_5",
          modulusLength: Number(bits),
          publicExponent: new Uint8Array([1, 0, 1]),
          hash,
        }
      : { name: "ECDSA", namedCurve: algorithm }
  ) as webcrypto.EcKeyGenParams;
}

function toName(name: string): x509.JsonGeneralName {
  return name.startsWith("ip:") ? { type: "ip", value: name.slice(3) } : { type: "dns", value: name };
}
