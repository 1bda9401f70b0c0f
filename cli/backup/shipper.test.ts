import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import type { ShippingReceipt } from "../../operations/backup/offsite";
import { publicKeyText, signReceipt } from "../../operations/backup/receipt";
import { testReceipt } from "../../operations/backup/testing";
import { copyFaults, placeOf } from "./shipper";

const { privateKey } = generateKeyPairSync("ed25519");
const archive = { receipt: testReceipt, signature: "s" };
const copy: ShippingReceipt = {
  ...{
    schema: 1,
    kind: "shipped",
    id: testReceipt.id,
    signature: "s",
    stack: "test",
    target: "a@b:22",
    repository: "r",
  },
  ...{ object: "/store/x", version: "v", sha256: testReceipt.sha256, bytes: testReceipt.bytes },
  ...{ level: "fetched again from off the host", proven: testReceipt.ended, ended: testReceipt.ended },
};
const shipping = (receipt: ShippingReceipt[], damaged: string[] = [], trusted = privateKey) => ({
  publicKey: publicKeyText(privateKey),
  trustedKey: publicKeyText(trusted),
  target: "a@b:22",
  repository: "r",
  shipped: receipt.map((each) => signReceipt(each, privateKey)),
  damaged,
});

it("is off the host by a receipt that the trusted key has signed for the same file", () => {
  expect([placeOf(archive, shipping([copy])), copyFaults(archive, shipping([copy]))]).toEqual([
    "host, off host",
    [],
  ]);
  const other = shipping([copy], [], generateKeyPairSync("ed25519").privateKey);
  expect(placeOf(archive, other)).toBe("host");
  expect(copyFaults(archive, other)).toEqual(["the receipt of its copy is not signed by the trusted key"]);
  const another = shipping([{ ...copy, sha256: "00".repeat(32) }]);
  expect(placeOf(archive, another)).toBe("host");
  expect(copyFaults(archive, another)).toEqual(["its copy off the host is of another file"]);
  const signedAnew = { ...archive, signature: "of another key" };
  expect(placeOf(signedAnew, shipping([copy]))).toBe("host");
  expect(copyFaults(signedAnew, shipping([copy]))).toEqual([
    "its copy off the host has a receipt with another signature",
  ]);
});

it("is on the host alone without one, which is no fault; a damaged one is", () => {
  expect([placeOf(archive, shipping([])), copyFaults(archive, shipping([]))]).toEqual(["host", []]);
  const broken = shipping([], [testReceipt.id]);
  expect([placeOf(archive, broken), copyFaults(archive, broken)]).toEqual([
    "host; copy damaged",
    ["its copy off the host is damaged"],
  ]);
  expect([placeOf(archive, undefined), copyFaults(archive, undefined)]).toEqual([undefined, []]);
});

it("is on the host alone when its copy is at another target or in a repository that is there no more", () => {
  for (const elsewhere of [{ target: "a@c:22" }, { repository: "s" }]) {
    const moved = { ...shipping([copy]), ...elsewhere };
    expect([placeOf(archive, moved), copyFaults(archive, moved)]).toEqual([
      "host",
      ["its copy is not in the repository that the target has now"],
    ]);
  }
});
