import { fromBase64 } from "./base64";

/** An OpenPGP packet (RFC 9580, section 4) without its header. */
export interface Packet {
  tag: number;
  body: Buffer;
}

export const packetTag = { signature: 2, secretKey: 5, publicKey: 6, secretSubkey: 7 } as const;

/** The packets of a file in full; undefined if it is cut off or no OpenPGP. */
export function readPackets(bytes: Buffer): Packet[] | undefined {
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.length;) {
    const header = readHeader(bytes, at);
    if (header === undefined) return undefined;
    const end = header.start + header.length;
    if (end > bytes.length) return undefined;
    packets.push({ tag: header.tag, body: bytes.subarray(header.start, end) });
    at = end;
  }
  return packets;
}

function readHeader(bytes: Buffer, at: number): { tag: number; start: number; length: number } | undefined {
  const first = bytes[at]!;
  if ((first & 0x80) === 0) return undefined;
  const number = (from: number, size: number) =>
    from + size <= bytes.length ? bytes.readUIntBE(from, size) : Infinity;
  if ((first & 0x40) === 0) {
    const size = [1, 2, 4][first & 3];
    // Indeterminate lengths are for streams, not for keys and signatures; the same holds for partial ones below.
    if (size === undefined) return undefined;
    return { tag: (first >> 2) & 0x0f, start: at + 1 + size, length: number(at + 1, size) };
  }
  const tag = first & 0x3f;
  const octet = bytes[at + 1] ?? 255;
  if (octet < 192) return { tag, start: at + 2, length: octet };
  if (octet < 224) return { tag, start: at + 3, length: number(at + 1, 2) - (192 << 8) + 192 };
  return octet === 255 ? { tag, start: at + 6, length: number(at + 2, 4) } : undefined;
}

/** Bytes inside ASCII armor of one kind; undefined if it is cut off, damaged, or not alone in its file. */
export function dearmor(text: string, kind: "SIGNATURE" | "PUBLIC KEY BLOCK"): Buffer | undefined {
  const armor = new RegExp(
    `^\\s*-----BEGIN PGP ${kind}-----\\r?\\n(?:[A-Za-z]+: .*\\r?\\n)*\\r?\\n([A-Za-z0-9+/=\\s]+?)(?:\\r?\\n=[A-Za-z0-9+/]{4})?\\r?\\n-----END PGP ${kind}-----\\s*$`,
  ).exec(text);
  return armor ? fromBase64(armor[1]!) : undefined;
}
