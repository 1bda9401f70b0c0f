import { z } from "zod";
import { fromBase64 } from "./base64";
import { ArchiveError } from "./error";
import { pemVerifier } from "./pem-verifier";
import type { PemKey } from "./public-key";
import type { Verifier } from "./verifier";

/** `cosign sign-blob --bundle` before the sigstore bundle; what is logged beside the signature is not used. */
const legacyBundle = z.looseObject({ base64Signature: z.string() });

/** https://github.com/sigstore/protobuf-specs, sigstore_bundle.proto, as far as a pinned key needs it. */
const sigstoreBundle = z.looseObject({
  mediaType: z.string().startsWith("application/vnd.dev.sigstore.bundle"),
  verificationMaterial: z.looseObject({}).optional(),
  messageSignature: z
    .looseObject({
      messageDigest: z.looseObject({ algorithm: z.string(), digest: z.string() }).optional(),
      signature: z.string(),
    })
    .optional(),
});

/** `cosign sign-blob --key` with its signature as base64 text. @throws ArchiveError if it is damaged */
export function cosignSignature(text: string, key: PemKey): Verifier {
  return pemVerifier(decoded(text, "cosign .sig"), key, "cosign .sig");
}

/** A JSON bundle of cosign's, of either kind. @throws ArchiveError if it is damaged or not by a key */
export function cosignBundle(text: string, key: PemKey): Verifier {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ArchiveError("signature (cosign bundle): is not whole JSON: it is truncated or damaged");
  }
  const legacy = legacyBundle.safeParse(json);
  if (legacy.success) {
    return pemVerifier(decoded(legacy.data.base64Signature, "cosign bundle"), key, "cosign bundle");
  }
  const bundle = sigstoreBundle.safeParse(json);
  if (!bundle.success) {
    throw new ArchiveError("signature: is JSON, but neither a cosign bundle nor a sigstore bundle");
  }
  return sigstoreVerifier(bundle.data, key);
}

function sigstoreVerifier(bundle: z.infer<typeof sigstoreBundle>, key: PemKey): Verifier {
  const refuse = (reason: string) => new ArchiveError(`signature (sigstore bundle): ${reason}`);
  const material = bundle.verificationMaterial ?? {};
  if ("certificate" in material || "x509CertificateChain" in material) {
    throw refuse("is a certificate's (keyless); only signatures by a key are supported");
  }
  if (!bundle.messageSignature) {
    throw refuse(
      "holds no messageSignature; attestations are not supported, sign with `cosign sign-blob --key`",
    );
  }
  const { signature, messageDigest } = bundle.messageSignature;
  if (messageDigest && messageDigest.algorithm !== "SHA2_256") {
    throw refuse(`is over ${messageDigest.algorithm}, which is not supported; SHA2_256 is`);
  }
  const claimed = messageDigest && fromBase64(messageDigest.digest)?.toString("hex");
  const verifier = pemVerifier(decoded(signature, "sigstore bundle"), key, "sigstore bundle");
  return {
    ...verifier,
    finish: (sha256) => {
      if (messageDigest && claimed !== sha256) {
        throw refuse(
          `is for another file (sha256 ${claimed}); the archive's is ${sha256}: it was changed or it is another one`,
        );
      }
      return verifier.finish(sha256);
    },
  };
}

function decoded(text: string, format: string): Buffer {
  const bytes = fromBase64(text);
  if (bytes === undefined)
    throw new ArchiveError(`signature (${format}): its base64 is truncated or damaged`);
  return bytes;
}
