import { X509Certificate } from "node:crypto";

/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  /** What stands in its BEGIN line, e.g. CERTIFICATE. */
  label: string;
  /** Its lines between BEGIN and END. May be a key's: never for a message. */
  body: string;
}

/** A text as PEM. */
export interface PemText {
  blocks: PemBlock[];
  /** A BEGIN or END line that does not stand alone on its line, or an END that belongs to no BEGIN. */
  mangled: boolean;
  /** The last block has no END. */
  cutOff: boolean;
  /** Something else than white space follows the last block. */
  trailing: boolean;
}

/**
 * Reads a text as the edge does (Go's encoding/pem): a block begins and ends at the start of a line. What stands
 * before a block is explanation (RFC 7468, section 5.2).
 */
export function splitPem(text: string): PemText {
  const found: PemText = { blocks: [], mangled: false, cutOff: false, trailing: false };
  let open: PemBlock | undefined;
  for (const line of text.split(/\r?\n/).map((each) => each.trimEnd())) {
    const [, kind, label] = /^-----(BEGIN|END) ([A-Z0-9 ]{1,40})-----$/.exec(line) ?? [];
    if (kind === "BEGIN" && !open) {
      open = { label: label!, body: "" };
      found.trailing = false;
    } else if (kind === "END" && open?.label === label) {
      found.blocks.push(open!);
      open = undefined;
    } else if (line.includes("-----")) found.mangled = true;
    else if (open) open.body += `${line}\n`;
    else if (line !== "") found.trailing = true;
  }
  found.cutOff = open !== undefined;
  return found;
}

/** Bytes of a block; undefined if its lines are not base64. */
export function decodeBlock({ body }: PemBlock): Buffer | undefined {
  const base64 = body.replace(/\s/g, "");
  if (base64 === "" || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  return Buffer.from(base64, "base64");
}

/** Whether a block holds a private key, of whatever kind. */
export function isPrivateKey({ label }: PemBlock): boolean {
  return label.endsWith("PRIVATE KEY");
}

/**
 * What a text without a block is. Binary files come as text, in which bytes that are no UTF-8 are U+FFFD: a DER
 * structure begins with 30 8x, a PKCS#12 one goes on with its version, 02 01 03 (RFC 7292, section 4).
 */
export function formOf(text: string): "empty" | "pkcs12" | "der" | "base64" | "text" {
  if (text.trim() === "") return "empty";
  if (/^0\uFFFD[\s\S]{1,3}?\u0002\u0001\u0003/.test(text)) return "pkcs12";
  if (/^0[\uFFFD\u0080-\u00ff]/.test(text) || text.includes("\0")) return "der";
  return /^MI[A-Za-z0-9+/=\s]{60,}$/.test(text.trim()) ? "base64" : "text";
}

/** The certificates of a text, one block after the other without anything between them. */
export function certificateBlocks(text: string): string {
  return blocksOf(text).join("");
}

/** The first certificate of a text alone, without its issuers. @throws Error when there is none */
export function leafBlock(text: string): string {
  const [leaf] = blocksOf(text);
  if (leaf === undefined) throw new Error("no certificate in PEM");
  return leaf;
}

function blocksOf(text: string): string[] {
  return splitPem(text)
    .blocks.filter(({ label }) => label === "CERTIFICATE")
    .map(({ body }) => `-----BEGIN CERTIFICATE-----\n${body}-----END CERTIFICATE-----\n`);
}

/** The certificates of a PEM text that holds nothing else. @throws Error where one cannot be read */
export function parseCertificates(pem: string): X509Certificate[] {
  return splitPem(pem).blocks.map(({ body }) => new X509Certificate(Buffer.from(body, "base64")));
}
