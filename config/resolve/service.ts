import type { ParseContext } from "../context";
import { resolveImage } from "../images";
import type { Profile, SecretProfile, ServiceProfile } from "../profiles/profile";
import type { StackInput } from "../schema";
import type { ServiceInput } from "../schema/service";
import { deriveSecret, Secret } from "../secret";
import type {
  DatabaseSettings,
  OutboundProxySettings,
  PreviousDomain,
  ServiceSecret,
  ServiceSettings,
  SmtpSettings,
} from "../settings";
import { resolveBackendTls, resolveSsoCertificate } from "./certificates";
import { fillEnvironment, type Placeholders } from "./environment";
import { isAnswered } from "./names";

/** Everything that a service's settings are made from. */
export interface ServiceParts {
  input: StackInput;
  profile: Profile;
  context: ParseContext;
  stackKey: string;
  primary: string;
  pathPrefixes: Record<string, string>;
  database: DatabaseSettings;
  smtp?: SmtpSettings;
  outboundProxy?: OutboundProxySettings;
}

/** A checked service with the profile's defaults filled in. */
export function resolveService(name: string, parts: ServiceParts): ServiceSettings {
  const given = parts.input.services[name]!;
  const defaults = parts.profile.services[name]!;
  const url = serviceUrl(given.domain, parts.input.edge.ports.https, parts.pathPrefixes[name]!);
  const filled = fillEnvironment(defaults.environment, placeholders(name, url, parts));
  return {
    name,
    strategy: parts.input.strategy ?? parts.profile.strategy,
    host: given.host ?? parts.primary,
    image: resolveImage(given.image, parts.context),
    replicas: given.replicas,
    domain: given.domain,
    aliases: [...given.aliases].sort(),
    previous: previousDomains(given, parts.pathPrefixes[name]!, parts.context.now),
    url,
    pathPrefix: parts.pathPrefixes[name]!,
    stripPrefix: defaults.stripPrefix,
    ...(given.allowedIps ? { allowedIps: given.allowedIps } : {}),
    ...(given.backend
      ? { backendTls: resolveBackendTls(given.backend, parts.input, parts.context, parts.stackKey) }
      : {}),
    ...(given.ssoCertificate
      ? { ssoCertificate: resolveSsoCertificate(given.ssoCertificate, parts.input, parts.context) }
      : {}),
    environment: { ...filled.environment, ...given.environment },
    secrets: [
      ...serviceSecrets(name, given, defaults, parts),
      ...ssoSecrets(given, defaults, parts),
      ...filled.secrets,
    ],
    limits: { ...defaults.limits, ...given.limits },
    port: defaults.port,
    user: defaults.user,
    ...(defaults.command ? { command: defaults.command } : {}),
    writablePaths: defaults.writablePaths,
    capabilities: defaults.capabilities,
    healthCheck: { ...defaults.healthCheck, ...given.healthCheck },
    smoke: given.smoke ?? defaults.smoke,
    stopSignal: given.stopSignal ?? defaults.stopSignal,
    stopGraceSeconds: given.stopGraceSeconds ?? defaults.stopGraceSeconds,
    drainSeconds: given.drainSeconds ?? defaults.drainSeconds,
    proveSeconds: given.proveSeconds,
  };
}

/** Those of which the date has not come, sorted by name. */
function previousDomains(
  { previous }: ServiceInput,
  ownPrefix: string,
  now: Date | undefined,
): PreviousDomain[] {
  return previous
    .filter((each) => isAnswered(each, now))
    .map((each) => ({ ...each, pathPrefix: each.pathPrefix ?? ownPrefix }))
    .sort((a, b) => (`${a.name}${a.pathPrefix}` < `${b.name}${b.pathPrefix}` ? -1 : 1));
}

/** `https://domain[:port]/prefix`, without a slash at the end. */
function serviceUrl(domain: string, httpsPort: number, pathPrefix: string): string {
  const port = httpsPort === 443 ? "" : `:${httpsPort}`;
  return `https://${domain}${port}${pathPrefix === "/" ? "" : pathPrefix}`;
}

function placeholders(name: string, url: string, parts: ServiceParts): Placeholders {
  const { input, database, smtp, outboundProxy } = parts;
  return {
    domain: input.services[name]!.domain,
    pathPrefix: parts.pathPrefixes[name]!,
    url,
    publicName: url.slice("https://".length),
    port: String(parts.profile.services[name]!.port),
    "database.host": database.hostname,
    "database.port": String(database.port),
    "database.name": database.name,
    "database.user": database.roleNames[database.activeRole],
    "smtp.host": smtp?.host,
    "smtp.port": smtp && String(smtp.port),
    "smtp.user": smtp?.user,
    "smtp.sender": smtp?.sender,
    "outboundProxy.url": outboundProxy?.url,
  };
}

function serviceSecrets(
  service: string,
  given: ServiceInput,
  defaults: ServiceProfile,
  parts: ServiceParts,
): ServiceSecret[] {
  return Object.entries(defaults.secrets).flatMap(([name, profile]) => {
    const value = secretValue(service, name, profile, given, parts);
    const variables = [profile.variable, ...(profile.aliases ?? [])];
    return value
      ? variables.map((variable) => ({ name, ...value, delivery: profile.delivery, variable }))
      : [];
  });
}

/** The certificate alone and its key, under the names that LockSelf's manual gives such files. */
function ssoSecrets(
  { ssoCertificate }: ServiceInput,
  { ssoCertificate: variables }: ServiceProfile,
  { input, context, stackKey }: ServiceParts,
): ServiceSecret[] {
  if (!ssoCertificate || !variables) return [];
  const { certificatePem } = resolveSsoCertificate(ssoCertificate, input, context).inUse;
  const { key } = input.certificates.custom[ssoCertificate.certificate]!;
  const file = (name: string, value: string, variable: string): ServiceSecret => ({
    name,
    secret: new Secret(value, stackKey),
    delivery: "file",
    variable,
  });
  return [file("sp.crt", certificatePem, variables.certificate), file("sp.key", key, variables.key)];
}

function secretValue(
  service: string,
  name: string,
  profile: SecretProfile,
  given: ServiceInput,
  parts: ServiceParts,
): Pick<ServiceSecret, "secret" | "generation"> | undefined {
  if (profile.from === "database-password")
    return { secret: parts.database.rolePasswords[parts.database.activeRole] };
  if (profile.from === "smtp-password") return parts.smtp?.password && { secret: parts.smtp.password };
  const { value, generation = 1 } = given.secrets[name] ?? {};
  if (value !== undefined) return { secret: new Secret(value, parts.stackKey) };
  if (profile.from === "operator") return undefined;
  // Named by service as well: two services never share a derived secret.
  const secret = deriveSecret(parts.stackKey, parts.context.stack, `${service}/${name}`, generation);
  return { secret, generation };
}
