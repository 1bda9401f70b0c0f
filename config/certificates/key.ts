import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import type { Finding } from "./finding";
import { formOf, isPrivateKey, splitPem } from "./pem";

const give = "give the private key as PEM, encrypted in the stack's file";

/**
 * Whether a text is one private key in PEM without a passphrase, and the certificate's. Nothing of it is ever in
 * what this returns.
 * @param leaf the server's certificate, if there is one to compare with
 */
export function judgeKey(text: string, leaf: X509Certificate | undefined): Finding[] {
  const said = judgeForm(text);
  if (said) return [finding(said)];
  const { label, body } = splitPem(text).blocks.find(isPrivateKey)!;
  let key: KeyObject;
  try {
    // Alone: `openssl ecparam -genkey` puts a block of parameters before it, which the edge skips too.
    key = createPrivateKey(`-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`);
  } catch {
    return [
      finding(["key-unreadable", "cannot be read as a private key", "copy the key's file again, unchanged"]),
    ];
  }
  if (!leaf || leaf.checkPrivateKey(key)) return [];
  return [
    finding([
      "key-mismatch",
      "is not the key of the certificate",
      "give the key that the certificate was requested with",
    ]),
  ];
}

type Said = [code: string, reason: string, remedy: string];

function finding([code, reason, remedy]: Said): Finding {
  return { code, about: "key", reason, remedy };
}

function judgeForm(text: string): Said | undefined {
  const { blocks, mangled, cutOff } = splitPem(text);
  if (mangled)
    return [
      "key-mangled",
      "has a BEGIN or END line that does not stand alone on its line",
      "keep the lines of the key's file as they are; set it with `pulumi config set --secret --path … < FILE`",
    ];
  if (cutOff)
    return ["key-cut-off", "ends in the middle: its last block has no END line", "copy the file whole"];
  const keys = blocks.filter(isPrivateKey);
  if (keys.length > 1)
    return ["key-several", `holds ${keys.length} private keys`, "give the certificate's alone"];
  const [key] = keys;
  if (!key)
    return withoutKey(
      text,
      blocks.map(({ label }) => label),
    );
  // RFC 5958 (PKCS#8), and RFC 1421's header in the traditional form.
  if (key.label === "ENCRYPTED PRIVATE KEY")
    return [
      "key-encrypted",
      "is encrypted with a passphrase (PKCS#8)",
      "decrypt it: `openssl pkey -in FILE`, and set the result as a secret",
    ];
  if (/^Proc-Type:.*ENCRYPTED/m.test(key.body))
    return [
      "key-encrypted-traditional",
      "is encrypted with a passphrase (traditional form, Proc-Type: 4,ENCRYPTED)",
      "decrypt it: `openssl pkey -in FILE`, and set the result as a secret",
    ];
  if (key.label === "OPENSSH PRIVATE KEY")
    return ["key-openssh", "is a key in OpenSSH's form, which the edge cannot read", give];
  return undefined;
}

function withoutKey(text: string, labels: string[]): Said {
  if (labels.includes("CERTIFICATE"))
    return [
      "key-is-certificate",
      "is a certificate, not a private key",
      `${give}; the certificate has its own key`,
    ];
  if (labels.some((label) => label.endsWith("PUBLIC KEY")))
    return ["key-is-public", "is a public key, not the private one", give];
  if (labels.length > 0) return ["key-missing", "holds no private key", give];
  switch (formOf(text)) {
    case "pkcs12":
      return [
        "key-pkcs12",
        "is a PKCS#12 file, not PEM",
        "convert it: `openssl pkcs12 -in FILE -nocerts -noenc`",
      ];
    case "der":
      return ["key-der", "is binary (DER), not PEM", "convert it: `openssl pkey -inform DER -in FILE`"];
    case "base64":
      return ["key-base64", "is base64 without its BEGIN and END lines", "give the whole PEM file"];
    default:
      return ["key-not-pem", "is not a private key in PEM", give];
  }
}
