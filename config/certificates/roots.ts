import { X509Certificate } from "node:crypto";
import tls from "node:tls";

let parsed: X509Certificate[] | undefined;

/** Publicly trusted roots, which Node brings along (Mozilla's): parsed once, and only when they are needed. */
export function publicRoots(): X509Certificate[] {
  return (parsed ??= tls.rootCertificates.map((pem) => new X509Certificate(pem)));
}
