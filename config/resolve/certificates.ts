import type { ParseContext } from "../context";
import type { StackInput } from "../schema";
import { certificateBlocks, leafBlock } from "../certificates/pem";
import type { AcmeInput, DomainCertificateInput, NamedCertificateInput } from "../schema/certificates";
import type { ServiceInput } from "../schema/service";
import type { TruststoreInput } from "../schema/truststores";
import { Secret } from "../secret";
import type {
  AcmeSettings,
  BackendTlsSettings,
  CertificateSettings,
  CustomCertificate,
  DomainCertificate,
  SsoCertificate,
  SsoCertificateSettings,
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

/** The key of the configuration that says where a domain's certificate comes from. */
export function certificateKey(domain: string, { domains }: StackInput["certificates"]): string {
  const entry = entryOf(domains, domain);
  return entry === undefined ? "certificates.default" : `certificates.domains.${entry}`;
}

/** The key of a certificate that has a name. */
export function namedKey(name: string): string {
  return `certificates.custom.${name}`;
}

/** A certificate of the operator's own: its files, the key that gives them, and the answered names that have it. */
export interface GivenCertificate {
  path: string;
  domains: string[];
  files: Omit<NamedCertificateInput, "purpose">;
  purpose: NamedCertificateInput["purpose"];
}

type CustomInput = Extract<DomainCertificateInput, { mode: "custom" }>;

/** Every certificate of the operator's own that has its files: those with a name, and those of domains themselves. */
export function givenCertificates(
  input: Pick<StackInput, "services" | "certificates">,
  now: Date | undefined,
): GivenCertificate[] {
  const { certificates } = input;
  const given = new Map(
    Object.entries(certificates.custom).map(([name, { purpose, ...files }]): [string, GivenCertificate] => {
      const path = namedKey(name);
      return [path, { path, domains: [], files, purpose }];
    }),
  );
  for (const [domain, each] of Object.entries(certificateInputs(input, now))) {
    if (each.mode !== "custom") continue;
    const path = customKey(domain, each, certificates);
    const files = ownFiles(each);
    const known = given.get(path) ?? (files && { path, domains: [], files, purpose: "server" as const });
    if (known) given.set(path, { ...known, domains: [...known.domains, domain] });
  }
  return [...given.values()];
}

/** The key that gives the files of a domain's certificate. */
function customKey(domain: string, { use }: CustomInput, certificates: StackInput["certificates"]): string {
  return use === undefined ? certificateKey(domain, certificates) : namedKey(use);
}

/** The files that stand at a domain itself; undefined where it has none, or not both. */
function ownFiles({
  use,
  certificate,
  key,
  root,
  minDaysLeft = 14,
  generation = 1,
}: CustomInput): GivenCertificate["files"] | undefined {
  if (use !== undefined || certificate === undefined || key === undefined) return undefined;
  return { certificate, key, minDaysLeft, generation, ...(root === undefined ? {} : { root }) };
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
  const custom = Object.fromEntries(
    givenCertificates(input, context.now).map(({ path, files }) => [
      path,
      resolveFiles(files, context, stackKey),
    ]),
  );
  const domains = Object.entries(certificateInputs(input, context.now)).map(
    ([domain, given]): [string, DomainCertificate] => [
      domain,
      given.mode === "custom"
        ? { mode: "custom", ...custom[customKey(domain, given, input.certificates)]! }
        : given.mode === "acme"
          ? { ...given, ...wildcardFor(input, domain) }
          : given,
    ],
  );
  const { acme, keepPrivateCa } = input.certificates;
  const { truststores, clientCertificates } = input;
  const answered = domains.map(([domain]) => domain);
  return {
    domains: Object.fromEntries(domains),
    custom,
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
function wildcardFor({ certificates }: StackInput, name: string): { wildcard?: string } {
  const entry = entryOf(certificates.domains, name);
  return entry === undefined || entry === name ? {} : { wildcard: entry };
}

/** Days are for the checks alone, and the root for those of what is served. */
function resolveFiles(
  { generation, certificate, root, key }: GivenCertificate["files"],
  context: ParseContext,
  stackKey: string,
): CustomCertificate {
  return {
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

/** What a service is given for its single sign-on, and what is announced to its identity provider. */
export function resolveSsoCertificate(
  { certificate, announced }: NonNullable<ServiceInput["ssoCertificate"]>,
  { certificates: { custom } }: StackInput,
  context: ParseContext,
): SsoCertificateSettings {
  const leafOf = (name: string): SsoCertificate => ({
    name,
    certificatePem: leafBlock(certificatePem(custom[name]!.certificate, context)),
  });
  return {
    inUse: leafOf(certificate),
    ...(announced === undefined ? {} : { announced: leafOf(announced) }),
  };
}
