import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveSecret, encryptedPlaceholder, Secret } from "./secret";

const key = fc.stringMatching(/^[0-9a-f]{64}$/);
const name = fc.stringMatching(/^[a-z][a-z/-]{0,20}$/);

describe("Secret", () => {
  it("shows its value in no form but reveal()", () => {
    const secret = new Secret("hunter2", "key");
    const forms = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
    ];
    for (const form of forms) expect(form).not.toContain("hunter2");
    expect(secret.reveal()).toBe("hunter2");
  });

  it("has a fingerprint that follows the value and the key alone", () => {
    const fingerprint = (value: string, stackKey: string) => new Secret(value, stackKey).fingerprint;
    expect(fingerprint("a", "k")).toBe(fingerprint("a", "k"));
    expect(fingerprint("a", "k")).not.toBe(fingerprint("b", "k"));
    expect(fingerprint("a", "k")).not.toBe(fingerprint("a", "l"));
    expect(fingerprint("a", "k")).toMatch(/^[0-9a-f]{16}$/);
  });

  it("does not give out a placeholder in place of an encrypted value", () => {
    expect(() => new Secret(encryptedPlaceholder, "k").reveal()).toThrow(/only the engine can read it/);
  });
});

describe("deriveSecret", () => {
  it("is HKDF-SHA256 with the documented info", () => {
    // Made with `openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:… -kdfopt info:… HKDF`.
    const secret = deriveSecret("0123456789abcdef".repeat(4), "dev", "database/a", 1);
    expect(secret.reveal()).toBe("tJNlxQarHrUzKfDhlYvvJUTzp-D2AtuNYUYYKrdQvVQ");
  });

  it("gives the same secret for the same inputs and another for any other", () => {
    fc.assert(
      fc.property(key, key, name, name, fc.nat(), fc.nat(), (k1, k2, n1, n2, g1, g2) => {
        const one = deriveSecret(k1, "dev", n1, g1).reveal();
        expect(deriveSecret(k1, "dev", n1, g1).reveal()).toBe(one);
        const other = deriveSecret(k2, "dev", n2, g2).reveal();
        expect(other === one).toBe(k1 === k2 && n1 === n2 && g1 === g2);
        expect(deriveSecret(k1, "prod", n1, g1).reveal()).not.toBe(one);
        expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
      }),
    );
  });
});
