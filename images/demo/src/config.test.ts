import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./config";

let directory: string;
let env: Record<string, string>;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "demo-config-"));
  writeFileSync(join(directory, "password"), "correct-horse\n");
  writeFileSync(join(directory, "session"), `${"s".repeat(32)}\n`);
  writeFileSync(join(directory, "short"), "too-short");
  env = {
    DATABASE_HOST: "database",
    DATABASE_NAME: "vault",
    DATABASE_USER: "vault_a",
    DATABASE_PASSWORD_FILE: join(directory, "password"),
    SESSION_SECRET_FILE: join(directory, "session"),
    PUBLIC_URL: "https://vault.localhost:8443",
  };
});
afterAll(() => rmSync(directory, { recursive: true }));

function problems(changes: Record<string, string>): string[] {
  try {
    readConfig({ ...env, ...changes });
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

describe("readConfig", () => {
  it("reads a whole environment and fills in what has a default", () => {
    expect(readConfig(env)).toEqual({
      database: {
        host: "database",
        port: 5432,
        database: "vault",
        user: "vault_a",
        passwordFile: join(directory, "password"),
      },
      sessionSecret: "s".repeat(32),
      signingKeysDir: undefined,
      publicUrl: "https://vault.localhost:8443",
      pathPrefix: "",
      bind: "127.0.0.1",
      drainSeconds: 20,
    });
  });

  it("takes a certificate with its key, and the authority of its clients", () => {
    const tls = {
      TLS_CERTIFICATE: btoa("mine"),
      TLS_CLIENT_CA: btoa("theirs"),
      TLS_KEY_FILE: join(directory, "password"),
    };
    const { TLS_KEY_FILE, ...others } = tls;
    expect(problems({ TLS_KEY_FILE })).toEqual(["TLS_CERTIFICATE is not set", "TLS_CLIENT_CA is not set"]);
    expect(readConfig({ ...env, ...others })).not.toHaveProperty("tls");
    expect(readConfig({ ...env, ...tls }).tls).toEqual({
      certificate: "mine",
      key: "correct-horse",
      clientCa: "theirs",
    });
  });

  it("takes a certificate for single sign-on with its key, by files", () => {
    const SSO_KEY_FILE = join(directory, "session");
    expect(problems({ SSO_KEY_FILE })).toEqual(["SSO_CERTIFICATE_FILE is not set"]);
    const sso = { SSO_CERTIFICATE_FILE: join(directory, "password"), SSO_KEY_FILE };
    expect(readConfig({ ...env, ...sso }).sso).toEqual({ certificate: "correct-horse", key: "s".repeat(32) });
  });

  it("names everything that is missing at once", () => {
    expect(() => readConfig({})).toThrow(ConfigError);
    expect(problems(Object.fromEntries(Object.keys(env).map((name) => [name, ""])))).toEqual([
      "DATABASE_HOST is not set",
      "DATABASE_NAME is not set",
      "DATABASE_USER is not set",
      "DATABASE_PASSWORD_FILE is not set",
      "SESSION_SECRET_FILE is not set",
      "PUBLIC_URL is not set",
    ]);
  });

  it.each([
    [{ PUBLIC_URL: "https://vault.example.com" }, /PUBLIC_URL has the public name "vault.example.com"/],
    [{ PUBLIC_URL: "vault.localhost" }, /PUBLIC_URL is "vault.localhost"/],
    [{ PRODUCT_DOMAIN: "example.com" }, /PRODUCT_DOMAIN has the public name/],
    [{ ACME_EMAIL: "a@example.com" }, /^ACME_EMAIL is set/],
    [{ DATABASE_PORT: "54.5" }, /DATABASE_PORT is "54.5"/],
    [{ DRAIN_SECONDS: "-1" }, /DRAIN_SECONDS is "-1"/],
    [{ TLS_KEY_FILE: "/nowhere", TLS_CERTIFICATE: "x", TLS_CLIENT_CA: "x" }, /TLS_KEY_FILE.*ENOENT/],
    [{ BIND: "eth0" }, /BIND is "eth0"/],
    [{ PATH_PREFIX: "admin" }, /PATH_PREFIX is "admin"/],
    [{ DATABASE_PASSWORD_FILE: "/nowhere" }, /DATABASE_PASSWORD_FILE.*ENOENT/],
    [{ SIGNING_KEYS_DIR: "/nowhere" }, /SIGNING_KEYS_DIR.*ENOENT/],
  ])("refuses %j", (changes, reason) => {
    expect(problems(changes as Record<string, string>)).toEqual([expect.stringMatching(reason)]);
  });

  it("refuses a weak session secret without telling it", () => {
    const [problem] = problems({ SESSION_SECRET_FILE: join(directory, "short") });
    expect(problem).toMatch(/shorter than 32/);
    expect(problem).not.toContain("too-short");
  });

  it.each([
    ["https://vault.test/admin", "/admin", "https://vault.test/admin"],
    ["https://vault.test", "/admin/", "https://vault.test/admin"],
    ["https://vault.test/", "/", "https://vault.test"],
  ])("with PUBLIC_URL %s and PATH_PREFIX %s is reached at %s", (url, prefix, expected) => {
    expect(readConfig({ ...env, PUBLIC_URL: url, PATH_PREFIX: prefix }).publicUrl).toBe(expected);
  });
});
