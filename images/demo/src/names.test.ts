import { describe, expect, it } from "vitest";
import { acmeVariables, isPrivateName } from "./names";

describe("isPrivateName", () => {
  it.each([
    "localhost",
    "vault.localhost",
    "VAULT.Localhost.",
    "a.b.test",
    "vault.internal",
    "127.0.0.1",
    "127.8.9.10",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "::1",
    "[::1]",
    "fd00::1",
    "::ffff:10.0.0.1",
  ])("takes %s", (name) => expect(isPrivateName(name)).toBe(true));

  it.each([
    "",
    "vault.example.com",
    "localhost.example.com",
    "mylocalhost",
    ".test",
    "test",
    "contest",
    "8.8.8.8",
    "172.32.0.1",
    "0.0.0.0",
    "2001:db8::1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "169.254.169.254",
  ])("refuses %j", (name) => expect(isPrivateName(name)).toBe(false));
});

describe("acmeVariables", () => {
  it("finds what asks for a public certificate and nothing else", () => {
    const env = {
      ACME_EMAIL: "a@b.c",
      USE_LETSENCRYPT: "1",
      LEGO_CA: "x",
      CERTBOT_DOMAIN: "y",
      ACME_EMPTY: "",
    };
    expect(acmeVariables({ ...env, PACMEN: "1", PATH: "/bin", LEGOLAND: "1" })).toEqual([
      "ACME_EMAIL",
      "CERTBOT_DOMAIN",
      "LEGO_CA",
      "USE_LETSENCRYPT",
    ]);
  });
});
