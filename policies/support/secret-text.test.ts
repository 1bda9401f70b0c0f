import { describe, expect, it } from "vitest";
import { isSecretName } from "./secret-text";

describe("isSecretName", () => {
  it.each([
    "DB_PASS",
    "pgpassword",
    "privateKey",
    "client-secret",
    "AUTHTOKEN",
    "aws.credentials",
    "SECRET_KEY_BASE",
  ])("takes %s for a secret's name", (name) => expect(isSecretName(name)).toBe(true));

  it.each(["", "PORT", "BYPASS", "compass", "PRIMARY_KEY", "KEY", "MONKEY", "AUTHOR", "tokenizer"])(
    "takes %s for none",
    (name) => expect(isSecretName(name)).toBe(false),
  );

  it.each([
    "file",
    "files",
    "path",
    "dir",
    "folder",
    "url",
    "uri",
    "endpoint",
    "ttl",
    "seconds",
    "minutes",
    "hours",
    "days",
    "length",
    "expiry",
    "algorithm",
    "encryption",
    "policy",
    "enabled",
    "header",
  ])("takes a name that ends with %s for none", (end) => {
    expect(isSecretName(`TOKEN_${end.toUpperCase()}`)).toBe(false);
    expect(isSecretName(`${end}_token`)).toBe(true);
  });
});
