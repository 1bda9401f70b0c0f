import { isSignedBy, type SignedReceipt } from "../../operations/backup/receipt";

/**
 * What speaks against a backup; nothing when its receipt is signed by the trusted key and its file is the one that
 * the receipt was written for.
 * @param trustedKey Ed25519 public key, base64
 * @param sha256 of the file as it is now, hex; undefined when it is not there
 */
export function faultsOf(signed: SignedReceipt, trustedKey: string, sha256: string | undefined): string[] {
  const { receipt } = signed;
  return [
    ...(isSignedBy(signed, trustedKey) ? [] : ["the receipt is not signed by the trusted key"]),
    ...(receipt.file === `${receipt.id}.dump.age` ? [] : ["the receipt is for another file"]),
    ...(sha256 === undefined
      ? ["the file is missing"]
      : sha256 === receipt.sha256
        ? []
        : ["the file is not the one that was proven: its SHA-256 differs"]),
  ];
}

/** A time span for people: the largest unit of s, min, h and days that it has one of, rounded down. */
export function ageText(seconds: number): string {
  const units = [
    [86_400, "d"],
    [3600, "h"],
    [60, "min"],
  ] as const;
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1, "s"];
  return `${Math.floor(seconds / size)} ${unit}`;
}

/** A size in bytes for people, in binary units. */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}
