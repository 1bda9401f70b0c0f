import { z } from "zod";
import { generation, secret, shortName, whole } from "./common";

const privateCa = z.strictObject({
  mode: z.literal("private-ca"),
  generation,
  validityHours: whole(24, 87_600, "Validity of the certificate, hours. Default: 2160 (90 days).").default(
    2_160,
  ),
  earlyRenewalHours: whole(
    1,
    87_600,
    "How long before its end the certificate is renewed, hours. Default: 720 (30 days).",
  ).default(720),
});

const certificate = z
  .string()
  .min(1)
  .describe("Certificate, then its intermediates: PEM text, or the path of a PEM file in the project.");
const key = secret("Private key, PEM.");
const root = z
  .string()
  .min(1)
  .describe(
    "Root of a private authority that the chain leads to: PEM text, or the path of a PEM file in the project. " +
      "Publicly trusted roots need none.",
  );
const minDaysLeft = whole(
  0,
  365,
  "Days for which the certificate and its intermediates must still be valid; less is refused. Default: 14.",
);
const customGeneration = whole(
  1,
  1_000_000,
  "Generation of the certificate: raise it by one with every change of its files. Default: 1.",
);

/** Whether a field stands at a domain or not decides the check of references, so that none has a default here. */
const custom = z.strictObject({
  mode: z.literal("custom"),
  use: shortName
    .describe("Certificate under `custom` that the domain has, in place of files of its own.")
    .optional(),
  certificate: certificate.optional(),
  key: key.optional(),
  root: root.optional(),
  minDaysLeft: minDaysLeft.optional(),
  generation: customGeneration.optional(),
});

const namedCertificate = z
  .strictObject({
    certificate,
    key,
    root: root.optional(),
    minDaysLeft: minDaysLeft.default(14),
    generation: customGeneration.default(1),
    purpose: z
      .enum(["server", "sso"])
      .default("server")
      .describe(
        "server: domains have it; a service's ssoCertificate may be taken from it. sso: for ssoCertificate alone, and given without a chain. Default: server.",
      ),
  })
  .describe("A certificate of the operator's own, by name.");

const acme = z.strictObject({
  mode: z.literal("acme"),
  generation,
  challenge: z
    .enum(["http-01", "tls-alpn-01", "dns-01"])
    .default("http-01")
    .describe("How the domain is proven: on port 80, on port 443, or by a DNS record. Default: http-01."),
});

const domainCertificate = z
  .discriminatedUnion("mode", [privateCa, custom, acme], { error: "must be private-ca, custom or acme" })
  .describe("Where a certificate comes from: private-ca (the stack's own), custom (the operator's), acme.");

export const certificates = z
  .strictObject({
    default: domainCertificate
      .default({ mode: "private-ca", generation: 1, validityHours: 2_160, earlyRenewalHours: 720 })
      .describe("For every domain that is not named below. Default: private-ca."),
    domains: z
      .record(z.string(), domainCertificate)
      .default({})
      .describe(
        "By domain. With acme and dns-01 also by wildcard, *.example.com: one certificate for every name that it " +
          "covers and that has no entry of its own. Default: none.",
      ),
    custom: z
      .record(shortName, namedCertificate)
      .default({})
      .describe("Certificates of the operator's own by name; several domains may use one. Default: none."),
    acme: z
      .strictObject({
        email: z
          .email()
          .describe("Address of the ACME account; the authority warns it before certificates end."),
        server: z
          .url({ protocol: /^https$/, error: "is not an https:// address" })
          .describe("Directory of the ACME authority, https. Default: Let's Encrypt's.")
          .optional(),
        caBundle: z
          .string()
          .min(1)
          .describe(
            "Roots of an ACME authority of your own, by which its server is trusted and what it issues: PEM text, " +
              "or the path of a PEM file in the project.",
          )
          .optional(),
        keyType: z
          .enum(["EC256", "EC384", "RSA2048", "RSA4096"])
          .default("EC256")
          .describe("Kind of the certificates' keys. Default: EC256."),
        lifetimeHours: whole(
          1,
          87_600,
          "How long the authority's certificates are valid, hours: decides when they are renewed. Default: 2160 (90 days).",
        ).default(2_160),
      })
      .describe("ACME account (RFC 8555); required when a domain uses mode acme.")
      .optional(),
    keepPrivateCa: z
      .boolean()
      .default(false)
      .describe(
        "Whether the private CA's root stays when no domain has a certificate of it. Default: false.",
      ),
  })
  .prefault({})
  .describe("TLS certificates.");

export type CertificatesInput = z.infer<typeof certificates>;
export type DomainCertificateInput = z.infer<typeof domainCertificate>;
export type NamedCertificateInput = z.infer<typeof namedCertificate>;
export type AcmeInput = NonNullable<z.infer<typeof certificates>["acme"]>;
