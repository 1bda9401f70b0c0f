import { describe, expect, it } from "vitest";
import type { SignedImage } from "../../config/images";
import { archive } from "./archive-check";
import type { ArchiveFacts } from "./facts";

const [a, b] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const [oldKey, newKey] = ["1", "2"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const recordOf = (id: string, signer: string) => ({
  id,
  signer,
  host: "local",
  archive: "vault.tar",
  signature: "vault.tar.minisig",
  publicKey: "vendor's.pub",
  sha256: "0".repeat(64),
  format: "minisign",
  verifiedAt: "2026-06-01T12:00:00.000Z",
});
/** In service, and verified by the key that the configuration names. */
const facts: ArchiveFacts = {
  stack: "prod",
  part: "server",
  host: "local",
  id: a,
  archive: "vault.tar",
  signer: oldKey,
  loaded: true,
  record: recordOf(a, oldKey),
  applied: [{ id: a, signer: oldKey }],
};
const was = (...applied: SignedImage[]) => ({ applied });
const without = (key: keyof ArchiveFacts): ArchiveFacts => {
  const copy = { ...facts };
  delete copy[key];
  return copy;
};

describe("an image by id passes", () => {
  it.each([
    ["in service", facts],
    ["for the first time", { ...facts, ...was() }],
    ["after a local build", { ...facts, ...was({}) }],
    ["as the next archive of the same key", { ...facts, ...was({ id: b, signer: oldKey }) }],
    ["in service, while its signer alone changes", { ...facts, signer: newKey }],
    [
      "again, after it",
      { ...facts, signer: newKey, ...was({ id: a, signer: newKey }, { id: a, signer: oldKey }) },
    ],
    [
      "as the way back over a change of keys",
      { ...facts, signer: newKey, ...was({ id: b, signer: newKey }, { id: a, signer: newKey }) },
    ],
  ])("%s", (_, given: ArchiveFacts) => {
    expect(archive(given)).toMatchObject({ name: "image server", status: "pass" });
  });
});

const cure = `./strongroom image add vault.tar --signature vault.tar.minisig --public-key 'vendor'\\''s.pub' --service server --stack prod`;

describe("an image by id fails", () => {
  it.each([
    ["if it is not loaded", { ...facts, loaded: false }, "is not loaded", cure],
    ["if nobody can tell whether it is", without("loaded"), "does not say", "start Docker"],
    [
      "if it was never verified here",
      without("record"),
      "no archive with",
      "./strongroom image add vault.tar --signature vault.tar.sig --public-key PUBLIC_KEY --service server --stack prod",
    ],
    ["if it names no signer", { ...without("signer"), ...was() }, "names no signer", `signer: ${oldKey}`],
    [
      "if another key signed it, and it never was in service",
      { ...facts, record: recordOf(a, newKey), ...was() },
      "was verified with the key",
      "correct `signer`",
    ],
    ["if history cannot be read", { ...facts, applied: { error: "no bucket" } }, "no bucket", "try again"],
    [
      "if its signer changes with it",
      { ...facts, signer: newKey, record: recordOf(a, newKey), ...was({ id: b, signer: oldKey }) },
      "change at once",
      "image trust --public-key PUBLIC_KEY --service server --stack prod",
    ],
    [
      "if its signer vanishes with it",
      { ...without("signer"), ...was({ id: b, signer: oldKey }) },
      "change at once",
      oldKey,
    ],
  ])("%s", (_, given: ArchiveFacts, detail, remedy) => {
    const check = archive(given);
    expect(check.status).toBe("fail");
    expect(check.detail).toContain(detail);
    expect(check.remedy).toContain(remedy);
  });
});
