import { z } from "zod";
import { shortName, whole } from "./common";

const truststore = z
  .strictObject({
    certificates: z
      .array(z.string().min(1))
      .min(1, "needs at least one certificate")
      .describe("Certificates of the authorities: PEM texts, or paths of PEM files in the project."),
    generation: whole(
      1,
      1_000_000,
      "Generation of the truststore: raise it by one with every change of its certificates. Default: 1.",
    ).default(1),
  })
  .describe("A bundle of authorities that is switched as a whole.");

const clientCertificate = z
  .strictObject({
    truststore: shortName.describe("Truststore whose authorities issue the clients' certificates."),
    mode: z
      .enum(["required", "optional"])
      .default("required")
      .describe(
        "required: without a certificate nobody gets in. optional: a certificate that is given must be a valid one. Default: required.",
      ),
  })
  .describe("Which certificates clients of a domain must have.");

export const truststores = z
  .record(shortName, truststore)
  .default({})
  .describe("Bundles of authorities by name. Default: none.");

export const clientCertificates = z
  .record(z.string(), clientCertificate)
  .default({})
  .describe("Certificates of clients (mTLS), by domain. Default: clients are asked for none.");

export type TruststoreInput = z.infer<typeof truststore>;
