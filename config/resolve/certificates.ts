import type { ParseContext } from "../context";
import type { StackInput } from "../schema";
import type { DomainCertificateInput } from "../schema/certificates";
import { Secret } from "../secret";
import type { CertificateSettings, DomainCertificate } from "../settings";

/** The certificate's source for every domain that a service uses, by domain. */
export function certificateInputs(
  input: Pick<StackInput, "services" | "certificates">,
): Record<string, DomainCertificateInput> {
  const domains = [...new Set(Object.values(input.services).map(({ domain }) => domain))].sort();
  const { domains: own, default: fallback } = input.certificates;
  return Object.fromEntries(
    domains.map((domain) => [domain, (Object.hasOwn(own, domain) ? own[domain] : undefined) ?? fallback]),
  );
}

/** A PEM text, given as such or as a file of the project; throws if there is no such file. */
export function certificatePem(certificate: string, context: ParseContext): string {
  return certificate.includes("-----BEGIN") ? certificate : context.readFile(certificate);
}

/** Certificates for every domain in use, with the files read that the configuration names. */
export function resolveCertificates(
  input: StackInput,
  context: ParseContext,
  stackKey: string,
): CertificateSettings {
  const domains = Object.entries(certificateInputs(input)).map(
    ([domain, given]): [string, DomainCertificate] => [domain, resolve(given, context, stackKey)],
  );
  const { email, server } = input.certificates.acme ?? {};
  return {
    domains: Object.fromEntries(domains),
    ...(email ? { acmeEmail: email } : {}),
    ...(server ? { acmeServer: server } : {}),
  };
}

function resolve(given: DomainCertificateInput, context: ParseContext, stackKey: string): DomainCertificate {
  if (given.mode !== "custom") return given;
  // Days are for the checks alone, and the root for those of what is served.
  const { mode, generation, certificate, root, key } = given;
  return {
    mode,
    generation,
    certificatePem: certificatePem(certificate, context),
    ...(root === undefined ? {} : { rootPem: certificatePem(root, context) }),
    key: new Secret(key, stackKey),
  };
}
