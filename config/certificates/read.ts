import { X509Certificate } from "node:crypto";
import type { Finding } from "./finding";
import { decodeBlock, formOf, isPrivateKey, type PemBlock, splitPem } from "./pem";

/** What could be read of a text with certificates, and what is wrong with the text. */
export interface ReadCertificates {
  certificates: X509Certificate[];
  findings: Finding[];
}

const asPem = "give the server's certificate and then its intermediates, as PEM";

/** Reads a text that must hold certificates in PEM and nothing else. Throws nothing. */
export function readCertificates(text: string, about: "certificate" | "root"): ReadCertificates {
  const pem = splitPem(text);
  const findings: Finding[] = [];
  const certificates: X509Certificate[] = [];
  const add = (code: string, reason: string, remedy: string): void =>
    void findings.push({ code, about, reason, remedy });
  // A mangled text is read no further: what follows would only confuse.
  if (pem.mangled) {
    add(
      "mangled",
      "has a BEGIN or END line that does not stand alone on its line",
      "keep the lines of the PEM file as they are; in YAML, write the text under `|`",
    );
  } else if (pem.cutOff) {
    add("cut-off", "ends in the middle: its last block has no END line", "copy the file whole");
  } else if (pem.blocks.length === 0) {
    add(...withoutBlock(text));
  } else {
    for (const [index, block] of pem.blocks.entries()) {
      const problem = readBlock(block, index + 1, certificates);
      if (problem) add(...problem);
    }
    if (pem.blocks.some(isPrivateKey)) add(...withKey(certificates.length > 0));
    if (pem.trailing) {
      add(
        "trailing-text",
        "has text after its last certificate",
        "end the file with that certificate's END line",
      );
    }
  }
  return { certificates, findings };
}

type Said = [code: string, reason: string, remedy: string];

function withoutBlock(text: string): Said {
  switch (formOf(text)) {
    case "empty":
      return ["empty", "is empty", asPem];
    case "pkcs12":
      return [
        "pkcs12",
        "is a PKCS#12 file (.p12, .pfx), not PEM",
        "convert it: `openssl pkcs12 -in FILE -nokeys -out FILE.pem`; the key goes into `key`, encrypted",
      ];
    case "der":
      return [
        "der",
        "is binary (DER), not PEM",
        "convert it: `openssl x509 -inform DER -in FILE -out FILE.pem`",
      ];
    case "base64":
      return [
        "base64",
        "is base64 without its BEGIN and END lines",
        "give the whole PEM file, from -----BEGIN CERTIFICATE-----",
      ];
    case "text":
      return ["not-pem", "is not PEM: it holds no certificate", asPem];
  }
}

function withKey(besideCertificates: boolean): Said {
  return besideCertificates
    ? [
        "key-in-certificate",
        "holds a private key as well, which is then in plain text",
        "take the key out, put it encrypted into `key`, and have the certificate issued anew for another key",
      ]
    : [
        "swapped",
        "is a private key, not a certificate",
        "put the certificate here and the key, encrypted, into `key`; this one has been exposed: make a new one",
      ];
}

/** Adds the certificate of a block; says what is wrong with it. Private keys are spoken of once, elsewhere. */
function readBlock(block: PemBlock, number: number, certificates: X509Certificate[]): Said | undefined {
  if (isPrivateKey(block)) return undefined;
  if (/CERTIFICATE REQUEST$/.test(block.label)) {
    return [
      "request",
      "holds a certificate request (CSR)",
      "give the certificate that the authority made of it",
    ];
  }
  if (/^PKCS ?#?7/.test(block.label)) {
    return [
      "pkcs7",
      "is a PKCS#7 bundle (.p7b)",
      "convert it: `openssl pkcs7 -print_certs -in FILE -out FILE.pem`, then put the server's certificate first",
    ];
  }
  if (block.label !== "CERTIFICATE") {
    return ["other-block", `holds a block "${block.label}", which the edge would skip`, "leave it out"];
  }
  const der = decodeBlock(block);
  const certificate = der && parse(der);
  if (!certificate) {
    return [
      "unreadable",
      `its block ${number} cannot be read as a certificate`,
      "copy the file again, unchanged",
    ];
  }
  certificates.push(certificate);
  if (certificate.raw.length !== der.length) {
    return [
      "trailing-data",
      `its block ${number} has data after the certificate`,
      "copy the file again, unchanged",
    ];
  }
  return undefined;
}

function parse(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der);
    // OpenSSL reads the key only when it is asked for, and then throws for one that it does not know.
    void certificate.publicKey;
    return certificate;
  } catch {
    return undefined;
  }
}
