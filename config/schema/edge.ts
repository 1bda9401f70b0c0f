import { z } from "zod";
import { limits, shortName, whole } from "./common";
import { image } from "./image";

export const edge = z
  .strictObject({
    host: shortName.describe("Host it runs on. Default: the primary.").optional(),
    image: image.describe("Traefik. A change of it interrupts nothing."),
    front: z
      .strictObject({ image: image.describe("Traefik as well; a change of it interrupts the service.") })
      .describe(
        "The front, which holds the published ports and passes connections on to the edge. Default: of the edge's image.",
      )
      .optional(),
    addresses: z
      .array(z.string())
      .min(1, "needs at least one address")
      .default(["0.0.0.0"])
      .describe("Host addresses that ports are published on. Default: 0.0.0.0, every IPv4 address."),
    ports: z
      .strictObject({
        http: whole(1, 65_535, "Host port of HTTP, which only redirects. Default: 80.").default(80),
        https: whole(1, 65_535, "Host port of HTTPS. Default: 443.").default(443),
      })
      .prefault({})
      .describe("Published TCP ports."),
    ipv4Subnet: z
      .string()
      .describe(
        "IPv4 subnet of the front's network, e.g. 172.31.250.0/24. Default: chosen by Docker from its pools.",
      )
      .optional(),
    ipv6Subnet: z
      .string()
      .describe("IPv6 subnet (ULA, /64) of the front's network. Default: none, the network is IPv4 only.")
      .optional(),
    limits: limits(64, "256 MiB, 1 CPU, 1024 processes").optional(),
    hsts: z
      .strictObject({
        maxAgeSeconds: whole(
          0,
          157_680_000,
          "How long browsers insist on HTTPS, seconds. Default: 63072000 (Mozilla intermediate, two years).",
        ).default(63_072_000),
        includeSubdomains: z.boolean().default(false).describe("Also for all subdomains. Default: false."),
        preload: z
          .boolean()
          .default(false)
          .describe(
            "Ask for the browsers' built-in list; needs includeSubdomains and a year. Default: false.",
          ),
      })
      .prefault({})
      .describe("HTTP Strict Transport Security (RFC 6797)."),
  })
  .describe("The edge: the one container that is reachable from outside.");
