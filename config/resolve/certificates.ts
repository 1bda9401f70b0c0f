import type { ParseContext } from "../context";
import type { StackInput } from "../schema";
import { certificateBlocks } from "../certificates/pem";
import type { AcmeInput, DomainCertificateInput } from "../schema/certificates";
import type { ServiceInput } from "../schema/service";
import type { TruststoreInput } from "../schema/truststores";
import { Secret } from "../secret";
import type {
  AcmeSettings,
  BackendTlsSettings,
  CertificateSettings,
  DomainCertificate,
  Truststore,
} from "../settings";
import { answeredNames } from "./names";

/**
 * The certificate's source for every name under which a service is answered, by name.
 * @param now names that services had before have none once their date has come; without a clock all have
 */
export function certificateInputs(
  input: Pick<StackInput, "services" | "certificates">,
  now: Date | undefined,
): Record<string, DomainCertificateInput> {
  const names = Object.values(input.services).flatMap((service) => answeredNames(service, now));
  const domains = [...new Set(names)].sort();
  const { domains: own, default: fallback } = input.certificates;
  return Object.fromEntries(
    domains.map((domain) => {
      const entry = entryOf(own, domain);
      return [domain, entry === undefined ? fallback : own[entry]!];
    }),
  );
}

/** The entry of `certificates.domains` by which a name gets its certificate, its own before a wildcard's; undefined: the default. */
export function entryOf(domains: Record<string, DomainCertificateInput>, name: string): string | undefined {
  return [name, wildcardOf(name)].find((entry) => Object.hasOwn(domains, entry));
}

/** The wildcard that covers a name: it stands for one whole label (RFC 9525, section 6.3). */
function wildcardOf(name: string): string {
  return `*${name.slice(name.indexOf("."))}`;
}

/** A PEM text, given as such or as a file of the project; throws if there is no such file. */
export function certificatePem(certificate: string, context: ParseContext): string {
  return certificate.includes("-----BEGIN") ? certificate : context.readFile(certificate);
}

/** Certificates for every name that is answered, with the files read that the configuration names. */
export function resolveCertificates(
  input: StackInput,
  context: ParseContext,
  stackKey: string,
): CertificateSettings {
  const domains = Object.entries(certificateInputs(input, context.now)).map(
    ([domain, given]): [string, DomainCertificate] => [
      domain,
      resolve(given, wildcardFor(input, domain), context, stackKey),
    ],
  );
  const { acme, keepPrivateCa } = input.certificates;
  const { truststores, clientCertificates } = input;
  const answered = domains.map(([domain]) => domain);
  return {
    domains: Object.fromEntries(domains),
    keepPrivateCa,
    ...(acme ? { acme: resolveAcme(acme, context) } : {}),
    truststores: Object.fromEntries(
      Object.entries(truststores).map(([name, given]) => [name, resolveTruststore(given, context)]),
    ),
    clientCertificates: Object.fromEntries(
      Object.entries(clientCertificates).filter(([domain]) => answered.includes(domain)),
    ),
  };
}

/** A truststore with its files read. */
export function resolveTruststore(
  { certificates, generation }: TruststoreInput,
  context: ParseContext,
): Truststore {
  // Nothing but the certificates: text beside them would be in the edge's file, which is a template to it.
  const blocks = certificates.map((given) => certificateBlocks(certificatePem(given, context)));
  return { generation, certificatesPem: blocks.join("") };
}

function resolveAcme({ caBundle, ...acme }: AcmeInput, context: ParseContext): AcmeSettings {
  return { ...acme, ...(caBundle === undefined ? {} : { rootsPem: certificatePem(caBundle, context) }) };
}

/** The wildcard by which a name gets its certificate, if that is one. */
function wildcardFor({ certificates }: StackInput, name: string): string | undefined {
  const entry = entryOf(certificates.domains, name);
  return entry === name ? undefined : entry;
}

function resolve(
  given: DomainCertificateInput,
  wildcard: string | undefined,
  context: ParseContext,
  stackKey: string,
): DomainCertificate {
  if (given.mode === "acme") return { ...given, ...(wildcard === undefined ? {} : { wildcard }) };
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

/** How the edge speaks TLS with a service itself, with the files read that the configuration names. */
export function resolveBackendTls(
  { tls }: NonNullable<ServiceInput["backend"]>,
  { truststores }: StackInput,
  context: ParseContext,
  stackKey: string,
): BackendTlsSettings {
  const { truststore, serverName, clientCertificate: own } = tls;
  return {
    truststore: { name: truststore, ...resolveTruststore(truststores[truststore]!, context) },
    serverName,
    ...(own
      ? {
          clientCertificate: {
            certificatesPem: certificateBlocks(certificatePem(own.certificate, context)),
            key: new Secret(own.key, stackKey),
          },
        }
      : {}),
  };
}
