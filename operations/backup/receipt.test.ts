import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSignedBy, publicKeyText, signReceipt } from "./receipt";
import { testReceipt } from "./testing";

const { privateKey } = generateKeyPairSync("ed25519");
const other = generateKeyPairSync("ed25519").privateKey;

describe("a receipt", () => {
  const signed = signReceipt(testReceipt, privateKey);

  it("is signed whatever order its fields were read in", () => {
    const reversed = Object.fromEntries(Object.entries(signed.receipt).reverse()) as typeof signed.receipt;
    expect(isSignedBy({ ...signed, receipt: reversed }, publicKeyText(privateKey))).toBe(true);
  });

  it("is not when any of its fields is another, or by another key", () => {
    for (const field of Object.keys(testReceipt)) {
      const changed = { ...signed, receipt: { ...signed.receipt, [field]: "other" } };
      expect(isSignedBy(changed, publicKeyText(privateKey)), field).toBe(false);
    }
    expect(isSignedBy(signed, publicKeyText(other))).toBe(false);
  });

  it("has a public key of 44 characters, as the configuration takes it", () => {
    expect(publicKeyText(privateKey)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });
});
