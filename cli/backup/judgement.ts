import { fileOf } from "../../operations/backup/sidecar";
import { isSignedBy, type SignedExport, type SignedReceipt } from "../../operations/backup/receipt";

/**
 * What speaks against a backup or an export; nothing when its receipt is signed by the trusted key and its file is the
 * one that the receipt was written for.
 * @param trustedKey Ed25519 public key, base64
 * @param sha256 of the file as it is now, hex; undefined when it is not there
 */
export function faultsOf(
  signed: SignedReceipt | SignedExport,
  trustedKey: string,
  sha256: string | undefined,
): string[] {
  const { receipt } = signed;
  return [
    ...(isSignedBy(signed, trustedKey) ? [] : ["the receipt is not signed by the trusted key"]),
    ...(receipt.file === fileOf(receipt) ? [] : ["the receipt is for another file"]),
    ...(sha256 === undefined
      ? ["the file is missing"]
      : sha256 === receipt.sha256
        ? []
        : ["the file is not the one that was proven: its SHA-256 differs"]),
  ];
}
