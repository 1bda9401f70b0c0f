import { z } from "zod";
import { generation, secret, whole } from "./common";

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

const custom = z.strictObject({
  mode: z.literal("custom"),
  certificate: z
    .string()
    .min(1)
    .describe("Certificate, then its intermediates: PEM text, or the path of a PEM file in the project."),
  key: secret("Private key, PEM."),
  root: z
    .string()
    .min(1)
    .describe(
      "Root of a private authority that the chain leads to: PEM text, or the path of a PEM file in the project. " +
        "Publicly trusted roots need none.",
    )
    .optional(),
  minDaysLeft: whole(
    0,
    365,
    "Days for which the certificate and its intermediates must still be valid; less is refused. Default: 14.",
  ).default(14),
  generation,
});

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

export type DomainCertificateInput = z.infer<typeof domainCertificate>;
export type AcmeInput = NonNullable<z.infer<typeof certificates>["acme"]>;
