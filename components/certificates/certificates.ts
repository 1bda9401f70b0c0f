import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { CertificateSettings, DomainCertificate } from "../../config/settings";
import { resolverName } from "../edge/acme";
import type { RouteCertificate } from "../edge/routes";

export interface CertificatesArgs {
  settings: CertificateSettings;
  /** Name of the stack, for the private CA's subject. */
  stack: string;
}

type PrivateCa = Extract<DomainCertificate, { mode: "private-ca" }>;

/** Ten years: clients are given a private root once, so it outlives what it signs by far. */
const ROOT_VALIDITY_HOURS = 10 * 365 * 24;

/** The certificates that the edge serves, one for each domain, by the mode that the config gives it. */
export class Certificates extends pulumi.ComponentResource {
  /** What the edge is given, keys included: always a secret. */
  public readonly served: pulumi.Output<RouteCertificate[]>;
  /** PEM of the private CA's root, if any domain uses it. */
  public readonly caCertificate: pulumi.Output<string> | undefined;

  constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("strongroom:certificates:Certificates", name, {}, opts);
    const domains = Object.entries(args.settings.domains).sort(([a], [b]) => (a < b ? -1 : 1));
    const usesRoot = args.settings.keepPrivateCa || domains.some(([, c]) => c.mode === "private-ca");
    const root = usesRoot ? this.root(name, args.stack) : undefined;
    this.caCertificate = root?.certificate.certPem;

    this.served = pulumi.secret(
      pulumi.all(
        domains.map(([domain, certificate]): pulumi.Output<RouteCertificate> => {
          if (certificate.mode === "acme") {
            const { mode, wildcard } = certificate;
            const resolver = resolverName(domain, certificate);
            return pulumi.output({
              domain,
              certificate: { mode, resolver, ...(wildcard === undefined ? {} : { wildcard }) },
            });
          }
          const pem =
            certificate.mode === "custom"
              ? { certificatePem: certificate.certificatePem, keyPem: certificate.key.reveal() }
              : this.leaf(name, domain, certificate, root!);
          return pulumi.output({ domain, certificate: { mode: "pem" as const, ...pem } });
        }),
      ),
    );
    this.registerOutputs({ caCertificate: this.caCertificate });
  }

  /** The private root. Protected: clients trust it, so losing it is as bad as losing data. */
  private root(name: string, stack: string): { key: tls.PrivateKey; certificate: tls.SelfSignedCert } {
    const kept = { parent: this, protect: true };
    const key = new tls.PrivateKey(`${name}-ca-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, kept);
    const certificate = new tls.SelfSignedCert(
      `${name}-ca`,
      {
        privateKeyPem: key.privateKeyPem,
        isCaCertificate: true,
        subject: { commonName: `strongroom ${stack} private CA`, organization: "strongroom" },
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: ROOT_VALIDITY_HOURS,
        setSubjectKeyId: true,
      },
      kept,
    );
    return { key, certificate };
  }

  /** A leaf with a key of its own for each generation, so that a rotation is a diff of one number. */
  private leaf(
    name: string,
    domain: string,
    settings: PrivateCa,
    root: { key: tls.PrivateKey; certificate: tls.SelfSignedCert },
  ) {
    const leafName = `${name}-${domain}-${settings.generation}`;
    const child = { parent: this };
    const key = new tls.PrivateKey(`${leafName}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, child);
    const request = new tls.CertRequest(
      `${leafName}-request`,
      { privateKeyPem: key.privateKeyPem, dnsNames: [domain], subject: { commonName: domain } },
      child,
    );
    const leaf = new tls.LocallySignedCert(
      leafName,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: root.key.privateKeyPem,
        caCertPem: root.certificate.certPem,
        allowedUses: ["digital_signature", "server_auth"],
        validityPeriodHours: settings.validityHours,
        earlyRenewalHours: settings.earlyRenewalHours,
        setSubjectKeyId: true,
      },
      child,
    );
    return {
      certificatePem: pulumi.concat(leaf.certPem, root.certificate.certPem),
      keyPem: key.privateKeyPem,
    };
  }
}
