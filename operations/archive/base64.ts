/** Bytes of strict base64 text; undefined for anything else, cut-off text too. Line breaks do not matter. */
export function fromBase64(text: string): Buffer | undefined {
  const compact = text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 !== 0) return undefined;
  return Buffer.from(compact, "base64");
}
