import { z } from "zod";
import { isServerAddress } from "../addresses";
import { limits, secret, whole } from "./common";
import { image } from "./image";

export const dns = z
  .strictObject({
    provider: z
      .enum(["none", "manual", "cloudflare"])
      .default("none")
      .describe(
        "Who keeps the records: nobody, the operator by hand, or the stack at Cloudflare. Default: none.",
      ),
    zoneId: z
      .string()
      .regex(/^[0-9a-f]{32}$/, "must be a Cloudflare zone id: 32 hex digits")
      .describe("Cloudflare's id of the zone; required with cloudflare.")
      .optional(),
    apiToken: secret(
      "Cloudflare API token that may read the zone and edit its records; required with cloudflare.",
    ).optional(),
    ttlSeconds: whole(60, 86_400, "Time to live of the records, seconds. Default: 300.").default(300),
    resolvers: z
      .array(
        z
          .string()
          .refine(isServerAddress, "must be an address, e.g. 9.9.9.9, 9.9.9.9:5353 or [2620:fe::fe]:53"),
      )
      .default([])
      .describe(
        "DNS servers that are asked for records: address, and port unless it is 53. Default: those of the machine " +
          "that asks.",
      ),
  })
  .prefault({})
  .describe("DNS records of the domains.");

const offsite = z
  .strictObject({
    type: z.literal("ssh").describe("How the target is reached: restic over SSH, which is ssh."),
    host: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/, "must be a host name or an address")
      .describe("Host name or address of the target."),
    port: whole(1, 65_535, "Its SSH port. Default: 22.").default(22),
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "must be a user name: lower-case letters, digits, _ and -")
      .describe("Account on the target, whose forced command only appends."),
    hostKey: z
      .string()
      .regex(
        /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{40,}={0,2}$/,
        "must be the target's public host key: ssh-ed25519 AAAA…",
      )
      .describe("The target's public host key, type and key; no other is accepted."),
    key: secret("Private SSH key of the account, OpenSSH format, without a passphrase."),
    receiptKey: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, "must be an Ed25519 public key: 32 bytes in base64")
      .describe("Public key of the shipper's receipts. Default: the first one seen.")
      .optional(),
    limits: limits(192, "256 MiB, 1 CPU, 256 processes").optional(),
  })
  .describe("Copies of all backups off the host. Default: there are none.");

/** A class of backups that stay though newer ones push them out of the count. */
function ageClass(which: string) {
  return whole(0, 10_000, `Beside those: ${which} that have one, in UTC. Default: 0.`).default(0);
}

const pointInTime = z
  .strictObject({
    baseFrequency: z
      .string()
      .regex(/^[1-9][0-9]{0,5}[smhd]$/, "must be a number and a unit: s, m, h or d, e.g. 1d")
      .default("1d")
      .describe("Time between two base backups: number and s, m, h or d. Default: 1d."),
    keep: whole(1, 1_000, "Base backups that are kept, with the log since the oldest. Default: 3.").default(
      3,
    ),
    slotMiB: whole(
      64,
      16_777_216,
      "Log that the database keeps while the sidecar is away, MiB; beyond it there is a gap. Default: 4096.",
    ).default(4096),
    receiptKey: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, "must be an Ed25519 public key: 32 bytes in base64")
      .describe("Public key of the archive's receipts. Default: the first one seen.")
      .optional(),
    limits: limits(128, "256 MiB, 1 CPU, 512 processes").optional(),
  })
  .describe("An archive of the database's log, to restore any time. Default: there is none.");

export const backup = z
  .strictObject({
    image: image.describe(
      "The backup sidecar: images/backup of this project, with the tools of the database's major version.",
    ),
    frequency: z
      .string()
      .regex(/^[1-9][0-9]{0,5}[smhd]$/, "must be a number and a unit: s, m, h or d, e.g. 1d")
      .default("1d")
      .describe("Time between two backups: number and s, m, h or d. Default: 1d."),
    keep: whole(1, 10_000, "Scheduled, verified backups that are kept: the newest. Default: 7.").default(7),
    keepDaily: ageClass("the newest of each of this many days"),
    keepWeekly: ageClass("the newest of each of this many weeks"),
    keepMonthly: ageClass("the newest of each of this many months"),
    recipients: z
      .array(z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/, "must be an age recipient: age1…"))
      .min(2, "needs two recipients at least, so that one lost key loses no backup")
      .describe(
        "Public age keys that backups are encrypted to; two at least. The private keys stay offline.",
      ),
    receiptKey: z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, "must be an Ed25519 public key: 32 bytes in base64")
      .describe(
        "Public key of the receipts, as `./strongroom backup list --json` shows it. Default: the first one seen.",
      )
      .optional(),
    offsite: offsite.optional(),
    pointInTime: pointInTime.optional(),
    limits: limits(256, "512 MiB, 1 CPU, 512 processes").optional(),
  })
  .describe("Encrypted backups of the database.");

export const smtp = z
  .strictObject({
    host: z.string().min(1).describe("Mail server."),
    port: whole(1, 65_535, "Its TCP port: 587 (STARTTLS), 465 (TLS). Default: 587.").default(587),
    user: z.string().min(1).describe("User name. Default: no authentication.").optional(),
    password: secret("Password of the user.").optional(),
    sender: z.email().describe("Sender of the product's mails. Default: the product's own.").optional(),
  })
  .describe("Mail server that the product sends by.");

export const outboundProxy = z
  .strictObject({
    url: secret("Proxy, http://[user:password@]host:port. Plain text is accepted without user and password."),
    noProxy: z
      .array(z.string().min(1))
      .default([])
      .describe("Host names and networks that are reached directly. Default: none."),
  })
  .describe("HTTP proxy for the product's outgoing requests.");

const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "must be a time of day: HH:MM");

export const maintenance = z
  .strictObject({
    windows: z
      .array(
        z.strictObject({
          days: z
            .array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
            .min(1, "needs at least one day")
            .describe("Days on which the window opens."),
          from: clock.describe("When it opens, HH:MM."),
          to: clock.describe("When it closes, HH:MM; before `from` means on the next day."),
          zone: z.string().default("UTC").describe("Time zone, IANA name, e.g. Europe/Paris. Default: UTC."),
        }),
      )
      .default([])
      .describe("When changes that interrupt the service may be applied. Default: at any time."),
    message: z
      .string()
      .min(1)
      .max(2000)
      .default("This service is being updated and will be back in a few minutes.")
      .describe(
        "What people read while a release is recreated. Plain text. Default: a sentence that it will be back soon.",
      ),
    retryAfterSeconds: whole(
      1,
      86_400,
      "When clients are told to come back while a release is recreated, seconds. Default: 30.",
    ).default(30),
  })
  .prefault({})
  .describe("Maintenance windows.");
