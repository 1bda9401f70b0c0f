import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { publicKeyText, type Receipt, signReceipt } from "../../operations/backup/receipt";
import { testReceipt } from "../../operations/backup/testing";
import { faultsOf } from "./judgement";

const { privateKey } = generateKeyPairSync("ed25519");
const trusted = publicKeyText(privateKey);
const signed = (change: Partial<Receipt> = {}) => signReceipt({ ...testReceipt, ...change }, privateKey);

describe("a backup", () => {
  it("is without fault when the trusted key signed for the file as it is", () => {
    expect(faultsOf(signed(), trusted, testReceipt.sha256)).toEqual([]);
  });

  it("is not when the file is another, or gone, or the receipt is somebody else's or for another file", () => {
    expect(faultsOf(signed(), trusted, "cd".repeat(32))).toEqual([
      "the file is not the one that was proven: its SHA-256 differs",
    ]);
    expect(faultsOf(signed(), trusted, undefined)).toEqual(["the file is missing"]);
    const stranger = publicKeyText(generateKeyPairSync("ed25519").privateKey);
    expect(faultsOf(signed(), stranger, testReceipt.sha256)).toEqual([
      "the receipt is not signed by the trusted key",
    ]);
    expect(faultsOf(signed({ file: "../etc/passwd" }), trusted, testReceipt.sha256)).toEqual([
      "the receipt is for another file",
    ]);
  });
});
