import { FIRST_DATABASE } from "../../components/labels";
import type { ParseContext } from "../context";
import { resolveImage } from "../images";
import type { Profile } from "../profiles/profile";
import type { StackInput } from "../schema";
import { deriveSecret, encryptedPlaceholder, Secret } from "../secret";
import type {
  BackupSettings,
  DatabaseSettings,
  DnsSettings,
  Limits,
  OutboundProxySettings,
  PointInTimeSettings,
  Settings,
  SmtpSettings,
} from "../settings";
import { resolveCertificates } from "./certificates";
import { pathPrefixes, primaryHost } from "./placement";
import { resolveService } from "./service";

// Traefik at rest takes about 60 MiB; the rest is for connections and certificates.
const edgeLimits: Limits = { memoryMiB: 256, cpus: 1, processes: 1024 };
// The scratch server takes 32 MiB of shared buffers; the rest is for one restore and the program itself.
const backupLimits: Limits = { memoryMiB: 512, cpus: 1, processes: 512 };
// restic takes about 100 MiB, and what it packs lies in memory.
const shipperLimits: Limits = { memoryMiB: 256, cpus: 1, processes: 256 };
// pg_basebackup, its compression and encryption at once, beside the program itself.
const walLimits: Limits = { memoryMiB: 256, cpus: 1, processes: 512 };
const databaseLimits: Limits = { memoryMiB: 512, cpus: 1, processes: 512 };

/** Complete settings from a configuration in which the checks found nothing wrong. */
export function resolveStack(
  input: StackInput,
  profile: Profile,
  context: ParseContext,
  stackKey: string,
): Settings {
  const primary = primaryHost(input.hosts)!;
  const database = resolveDatabase(input, profile, context, stackKey, primary);
  const smtp = resolveSmtp(input, stackKey);
  const outboundProxy = resolveOutboundProxy(input, stackKey);
  const prefixes = pathPrefixes(input.services, (name) => profile.services[name]?.defaultPathPrefix);
  const parts = {
    input,
    profile,
    context,
    stackKey,
    primary,
    pathPrefixes: prefixes,
    database,
    smtp,
    outboundProxy,
  };
  const { edge } = input;
  return {
    stack: context.stack,
    profile,
    strategy: input.strategy ?? profile.strategy,
    migration: profile.migration,
    hosts: input.hosts,
    edge: {
      host: edge.host ?? primary,
      image: resolveImage(edge.image, context),
      front: { image: resolveImage(edge.front?.image ?? edge.image, context) },
      addresses: edge.addresses,
      ports: edge.ports,
      ...(edge.ipv4Subnet ? { ipv4Subnet: edge.ipv4Subnet } : {}),
      ...(edge.ipv6Subnet ? { ipv6Subnet: edge.ipv6Subnet } : {}),
      limits: { ...edgeLimits, ...edge.limits },
      hsts: edge.hsts,
    },
    services: Object.fromEntries(
      Object.keys(input.services).map((name) => [name, resolveService(name, parts)]),
    ),
    database,
    certificates: resolveCertificates(input, context, stackKey),
    dns: resolveDns(input, stackKey),
    ...(input.backup ? { backup: resolveBackup(input.backup, context, stackKey) } : {}),
    ...(smtp ? { smtp } : {}),
    ...(outboundProxy ? { outboundProxy } : {}),
    maintenance: input.maintenance,
    images: input.images,
    generatedSecret: (name, generation) => deriveSecret(stackKey, context.stack, name, generation),
  };
}

function resolveDatabase(
  input: StackInput,
  profile: Profile,
  context: ParseContext,
  stackKey: string,
  primary: string,
): DatabaseSettings {
  const { database } = input;
  const { name, majors } = profile.database;
  const volume = database.restore?.as ?? database.volume;
  const password = (role: "a" | "b" | "dump" | "wal", generation: number) =>
    deriveSecret(stackKey, context.stack, `database/${role}`, generation);
  return {
    host: database.host ?? primary,
    image: resolveImage(database.image, context),
    major: database.major ?? majors[0]!,
    name,
    // Of its own for each restore: no release reaches another database than its own.
    hostname: database.restore ? `${FIRST_DATABASE}-${database.restore.as}` : FIRST_DATABASE,
    port: 5432,
    volume,
    ...(database.restore ? { restored: { from: database.restore.from, beside: database.volume } } : {}),
    ...(database.leave ? { leave: database.leave } : {}),
    activeRole: database.roles.active,
    roleNames: { owner: `${name}_owner`, a: `${name}_a`, b: `${name}_b` },
    rolePasswords: {
      a: password("a", database.roles.generationA),
      b: password("b", database.roles.generationB),
    },
    ...(input.backup
      ? {
          dump: {
            role: `${name}_dump`,
            password: password("dump", database.roles.generationDump),
          },
        }
      : {}),
    ...(input.backup?.pointInTime
      ? {
          wal: {
            role: `${name}_wal`,
            password: password("wal", database.roles.generationWal),
            slotMiB: input.backup.pointInTime.slotMiB,
          },
        }
      : {}),
    limits: { ...databaseLimits, ...database.limits },
    maxConnections: database.maxConnections,
    stopGraceSeconds: database.stopGraceSeconds,
  };
}

/** Seconds in a unit of a frequency. */
const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

function resolveBackup(
  { image, frequency, limits, offsite, pointInTime, ...rest }: NonNullable<StackInput["backup"]>,
  context: ParseContext,
  stackKey: string,
): BackupSettings {
  return {
    ...rest,
    image: resolveImage(image, context),
    periodSeconds: secondsOf(frequency),
    ...(offsite
      ? {
          offsite: {
            ...offsite,
            key: new Secret(offsite.key, stackKey),
            limits: { ...shipperLimits, ...offsite.limits },
          },
        }
      : {}),
    ...(pointInTime ? { pointInTime: resolvePointInTime(pointInTime) } : {}),
    limits: { ...backupLimits, ...limits },
  };
}

function secondsOf(frequency: string): number {
  return Number.parseInt(frequency, 10) * unitSeconds[frequency.at(-1)!]!;
}

function resolvePointInTime({
  baseFrequency,
  keep,
  receiptKey,
  limits,
}: NonNullable<NonNullable<StackInput["backup"]>["pointInTime"]>): PointInTimeSettings {
  return {
    basePeriodSeconds: secondsOf(baseFrequency),
    keep,
    ...(receiptKey ? { receiptKey } : {}),
    limits: { ...walLimits, ...limits },
  };
}

function resolveDns({ dns }: StackInput, stackKey: string): DnsSettings {
  const { apiToken, ...rest } = dns;
  return { ...rest, ...(apiToken ? { apiToken: new Secret(apiToken, stackKey) } : {}) };
}

function resolveSmtp({ smtp }: StackInput, stackKey: string): SmtpSettings | undefined {
  if (!smtp) return undefined;
  const { password, ...rest } = smtp;
  return { ...rest, ...(password ? { password: new Secret(password, stackKey) } : {}) };
}

function resolveOutboundProxy(
  { outboundProxy }: StackInput,
  stackKey: string,
): OutboundProxySettings | undefined {
  if (!outboundProxy) return undefined;
  const { url, noProxy } = outboundProxy;
  return { url: hasCredentials(url) ? new Secret(url, stackKey) : url, noProxy };
}

/** Whether the proxy's address holds a user name or password; an encrypted one may, so it counts. */
function hasCredentials(url: string): boolean {
  return url === encryptedPlaceholder || url.includes("@");
}
