import type { X509Certificate } from "node:crypto";

/** id-kp-clientAuth and anyExtendedKeyUsage, RFC 5280, section 4.2.1.12. */
const CLIENT_USAGES = ["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"];

/** Whether a certificate, or one that it issues, may be a client's: its extended key usage says so, or it has none. */
export function isForClients({ keyUsage }: X509Certificate): boolean {
  // Node calls extended key usage so; it is undefined without the extension.
  const usages = keyUsage as string[] | undefined;
  return usages === undefined || CLIENT_USAGES.some((usage) => usages.includes(usage));
}
