import { z } from "zod";
import { generation, limits, secret, shortName, variableName, whole } from "./common";
import { image } from "./image";

const serviceSecret = z
  .strictObject({
    generation: generation.removeDefault().optional(),
    value: secret("The value, given by the operator.").optional(),
  })
  .refine(({ generation, value }) => (generation === undefined) !== (value === undefined), {
    message: "needs exactly one of `generation` (derived by the stack) and `value` (given by the operator)",
  })
  .describe("Where a secret of the service comes from.");

const path = z.string().regex(/^\/[^\s?#]*$/, "must be an absolute path without query or fragment");

const pathPrefix = z
  .string()
  .regex(
    /^\/([A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*)?$/,
    "must be / or like /admin, without a slash at the end",
  );

const moment = z.union([z.iso.date(), z.iso.datetime()]);

/** A day or moment that has no quotes in YAML: Pulumi hands it over as Go prints a time. */
function asIso(text: string): string {
  return text
    .replace(/^(\d{4}-\d{2}-\d{2}) 00:00:00 \+0000 UTC$/, "$1")
    .replace(/^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) \+0000 UTC$/, "$1T$2Z");
}

const previousDomain = z
  .strictObject({
    name: z.string().describe("Domain name under which the service was reached, e.g. old.example.com."),
    until: z
      .string()
      .overwrite(asIso)
      .refine((text) => moment.safeParse(text).success, {
        error: "must be a day, YYYY-MM-DD, or a moment in UTC, YYYY-MM-DDTHH:MM:SSZ",
      })
      .describe("When it is no longer answered: that moment, or the begin of that day in UTC."),
    redirect: z
      .literal([308, 307, false])
      .default(308)
      .describe(
        "308 (for good) or 307 (for now): redirected, with method, path and query kept. false: served, for clients that follow no redirect. Default: 308.",
      ),
    pathPrefix: pathPrefix
      .describe("Path under it, where that was another one. Default: the service's.")
      .optional(),
  })
  .describe("A name that the service had before.");

const backend = z
  .strictObject({
    tls: z
      .strictObject({
        truststore: shortName.describe("Truststore that the service's certificate must lead to."),
        serverName: z
          .string()
          .regex(/^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/, "must be a DNS name in lower case")
          .describe("Name that the service's certificate must cover, e.g. server.internal."),
        clientCertificate: z
          .strictObject({
            certificate: z
              .string()
              .min(1)
              .describe(
                "Certificate that the edge shows to the service, then its intermediates: PEM text, or the path of a PEM file in the project.",
              ),
            key: secret("Its private key, PEM."),
          })
          .describe("Certificate of the edge's own. Default: it shows none.")
          .optional(),
      })
      .describe("The service itself speaks TLS on its port."),
  })
  .describe("How the edge reaches the service. Default: by HTTP on the network that the two share.");

const ssoCertificate = z
  .strictObject({
    certificate: shortName.describe(
      "Certificate under `certificates.custom`, whose first one the service gets alone, with its key.",
    ),
    announced: shortName
      .describe(
        "Certificate that takes its place with the next change, so that the identity provider learns it before. Default: none.",
      )
      .optional(),
  })
  .describe("What the service signs with, as its identity provider knows it (single sign-on).");

export const service = z
  .strictObject({
    host: shortName.describe("Host it runs on. Default: the primary.").optional(),
    image,
    replicas: whole(1, 20, "Number of containers that share the load. Default: 1.").default(1),
    domain: z.string().describe("Domain name under which users reach it, e.g. vault.example.com."),
    aliases: z
      .array(z.string())
      .default([])
      .describe("Further domain names under which it is served as under its domain. Default: none."),
    previous: z
      .array(previousDomain)
      .default([])
      .describe("Names that it had before and that are still answered for a time. Default: none."),
    pathPrefix: pathPrefix
      .describe("Path under the domain. Default: the profile's when services share the domain, else /.")
      .optional(),
    backend: backend.optional(),
    ssoCertificate: ssoCertificate.optional(),
    allowedIps: z
      .array(z.string())
      .describe(
        "CIDR list (IPv4 and IPv6) of clients that may use it. Default: everybody; an empty list: nobody.",
      )
      .optional(),
    environment: z
      .record(variableName, z.string().meta({ unquoted: true }))
      .default({})
      .describe(
        "Further environment variables; names that the stack sets and secrets are refused. Default: none.",
      ),
    secrets: z
      .record(variableName, serviceSecret)
      .default({})
      .describe("The service's secrets by the profile's names. Default: derived ones of generation 1."),
    limits: limits(64, "the profile's").optional(),
    healthCheck: z
      .strictObject({
        test: z.array(z.string()).min(2).describe('Docker health test, e.g. ["CMD", "program"].').optional(),
        intervalSeconds: whole(1, 300, "Time between two checks, seconds.").optional(),
        timeoutSeconds: whole(1, 300, "Time after which a check has failed, seconds.").optional(),
        retries: whole(1, 100, "Failed checks in a row that make the container unhealthy.").optional(),
        startPeriodSeconds: whole(
          0,
          3_600,
          "Time after the start in which failures do not count, seconds.",
        ).optional(),
      })
      .describe("Docker health check. Default for each field: the profile's.")
      .optional(),
    stopSignal: z
      .string()
      .regex(/^SIG[A-Z0-9]+$/, "must be a signal's name, e.g. SIGTERM")
      .describe("Signal that ends the service. Default: the profile's.")
      .optional(),
    stopGraceSeconds: whole(
      1,
      3_600,
      "Time between the stop signal and SIGKILL, seconds. Default: the profile's.",
    ).optional(),
    drainSeconds: whole(
      0,
      3_600,
      "How long a release that lost its route may finish requests, seconds. Default: the profile's.",
    ).optional(),
    proveSeconds: whole(
      0,
      3_600,
      "How long a new release must stay healthy under traffic before the old one goes, seconds. Default: 15.",
    ).default(15),
    smoke: z
      .strictObject({
        path: path.describe("Path that is asked, e.g. /ready."),
        status: whole(100, 599, "HTTP status that is expected. Default: 200.").default(200),
      })
      .describe("Request that each new instance must answer before it gets traffic. Default: the profile's.")
      .optional(),
  })
  .describe("A service of the product.");

export const services = z
  .record(shortName, service)
  .describe("The product's services by the profile's names, e.g. server and dashboard.");

export type ServiceInput = z.infer<typeof service>;
