import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { acmeVariables, isPrivateName } from "./names";
import { readKeys } from "./tokens";

export interface DatabaseConfig {
  host: string;
  port: number;
  database: string;
  user: string;
  passwordFile: string;
}

export interface Config {
  database: DatabaseConfig;
  /** Key of the session cookies' HMAC. */
  sessionSecret: string;
  signingKeysDir?: string;
  /** Address under which a browser reaches this service, with its path prefix, without a trailing slash. */
  publicUrl: string;
  /** "" or "/admin". */
  pathPrefix: string;
  bind: string;
  drainSeconds: number;
  /** With it the service speaks TLS alone, to clients with a certificate of this authority. PEM. */
  tls?: { certificate: string; key: string; clientCa: string };
  /** What it would show an identity provider, which the demo has none of: for tests. PEM. */
  sso?: { certificate: string; key: string };
}

/** What keeps the product from starting, all of it at once; it ends with EX_CONFIG of sysexits.h. */
export class ConfigError extends Error {
  static readonly exitCode = 78;
  constructor(readonly problems: string[]) {
    super(`The demo product does not start:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
}

// RFC 2104: an HMAC key shorter than the hash weakens it; 32 characters hold at least 128 random bits as hex.
const leastSecretLength = 32;

/** Reads and checks the environment. Throws ConfigError naming every missing variable and wrong value. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = [];
  const required = (name: string): string => {
    if (!env[name]) problems.push(`${name} is not set`);
    return env[name] ?? "";
  };
  const whole = (name: string, preset: number, least: number, most: number): number => {
    const value = Number(env[name] || preset);
    if (!Number.isInteger(value) || value < least || value > most)
      problems.push(`${name} is "${env[name]}", expected a whole number from ${least} to ${most}`);
    return value;
  };
  const secretFile = (name: string): { path: string; value: string } => {
    const path = required(name);
    if (!path) return { path, value: "" };
    try {
      const value = readFileSync(path, "utf8").trim();
      if (!value) problems.push(`${name}: the file ${path} is empty`);
      return { path, value };
    } catch (error) {
      problems.push(`${name}: the file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
      return { path, value: "" };
    }
  };

  const database = {
    host: required("DATABASE_HOST"),
    port: whole("DATABASE_PORT", 5432, 1, 65_535),
    database: required("DATABASE_NAME"),
    user: required("DATABASE_USER"),
    passwordFile: secretFile("DATABASE_PASSWORD_FILE").path,
  };
  const session = secretFile("SESSION_SECRET_FILE");
  if (session.value && session.value.length < leastSecretLength)
    problems.push(
      `SESSION_SECRET_FILE: the secret in ${session.path} is shorter than ${leastSecretLength} characters`,
    );
  const pathPrefix = (env.PATH_PREFIX ?? "").replace(/\/+$/, "");
  if (pathPrefix && !/^(\/[\w.~-]+)+$/.test(pathPrefix))
    problems.push(`PATH_PREFIX is "${env.PATH_PREFIX}", expected a path as /admin`);
  const bind = env.BIND || "127.0.0.1";
  if (!isIP(bind)) problems.push(`BIND is "${bind}", expected an IP address`);
  const publicUrl = parsePublicUrl(required("PUBLIC_URL"), pathPrefix, problems);
  if (env.PRODUCT_DOMAIN && !isPrivateName(env.PRODUCT_DOMAIN))
    problems.push(publicNameProblem("PRODUCT_DOMAIN", env.PRODUCT_DOMAIN));
  for (const name of acmeVariables(env))
    problems.push(`${name} is set: the demo takes no certificate from a public authority, use a private one`);
  const drainSeconds = whole("DRAIN_SECONDS", 20, 0, 3600);

  // By its key alone: the migration has the rest of the environment and no key.
  const tls = env.TLS_KEY_FILE
    ? {
        certificate: decoded(required("TLS_CERTIFICATE")),
        key: secretFile("TLS_KEY_FILE").value,
        clientCa: decoded(required("TLS_CLIENT_CA")),
      }
    : undefined;

  const sso = env.SSO_KEY_FILE
    ? { certificate: secretFile("SSO_CERTIFICATE_FILE").value, key: secretFile("SSO_KEY_FILE").value }
    : undefined;

  const signingKeysDir = env.SIGNING_KEYS_DIR || undefined;
  try {
    if (signingKeysDir) readKeys(signingKeysDir);
  } catch (error) {
    problems.push((error as Error).message);
  }

  if (problems.length > 0) throw new ConfigError(problems);
  return {
    database,
    sessionSecret: session.value,
    signingKeysDir,
    publicUrl,
    pathPrefix,
    bind,
    drainSeconds,
    ...(tls ? { tls } : {}),
    ...(sso ? { sso } : {}),
  };
}

/** A text of several lines, which an environment cannot hold everywhere, from base64. */
function decoded(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}

/** The public address with the prefix once, whether or not PUBLIC_URL has it already. */
function parsePublicUrl(value: string, pathPrefix: string, problems: string[]): string {
  if (!value) return "";
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    problems.push(`PUBLIC_URL is "${value}", expected an address as https://vault.localhost`);
    return "";
  }
  if (!isPrivateName(url.hostname)) problems.push(publicNameProblem("PUBLIC_URL", url.hostname));
  const path = url.pathname.replace(/\/+$/, "");
  return url.origin + (path === "" ? pathPrefix : path);
}

function publicNameProblem(variable: string, name: string): string {
  return (
    `${variable} has the public name "${name}": the demo runs only under localhost, *.localhost, *.test, ` +
    `*.internal or a loopback or private address`
  );
}
