import { z } from "zod";
import { shortName } from "./common";

export const hosts = z
  .record(
    shortName,
    z.strictObject({
      docker: z
        .string()
        .regex(
          /^(unix:\/\/\/\S+|ssh:\/\/[A-Za-z0-9._-]+@[A-Za-z0-9.:[\]-]+)$/,
          "must be unix:///path or ssh://user@host[:port]; tcp:// is refused since it bypasses SSH's authentication",
        )
        .describe("Docker endpoint: unix:///var/run/docker.sock or ssh://user@host[:port]."),
      addresses: z
        .array(z.string())
        .default([])
        .describe("Public IPv4 and IPv6 addresses, for DNS records. Default: none."),
      role: z
        .enum(["primary", "standby"])
        .default("primary")
        .describe("What the host is for: exactly one is primary. Default: primary."),
    }),
  )
  .describe("Docker hosts by name. Everything is placed on the primary unless it names another.");
