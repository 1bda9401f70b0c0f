/**
 * The DER element (X.690, section 8.1) at an offset.
 * @returns where its content begins and ends; undefined if it is not whole
 */
export function element(bytes: Buffer, at: number): { start: number; end: number } | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + lengthBytes;
  if (lengthBytes > 4 || start > bytes.length) return undefined;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  return start + length <= bytes.length ? { start, end: start + length } : undefined;
}
