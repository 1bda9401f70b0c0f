import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { beforeAll, describe, expect, it } from "vitest";
import { AGE_HEADER } from "../../operations/backup/sidecar";
import { seal, unseal } from "./seal";

const plain = Buffer.from("the passphrase and the keys ".repeat(5000));
const identities: string[] = [];
const recipients: string[] = [];

describe("what is sealed", () => {
  beforeAll(async () => {
    for (let count = 0; count < 3; count++) identities.push(await generateX25519Identity());
    for (const identity of identities.slice(0, 2)) recipients.push(await identityToRecipient(identity));
  });

  it("is opened by each recipient's key, by the one-time key, and by no other", async () => {
    const { bytes, open } = await seal(plain, recipients);
    const text = Buffer.from(bytes).toString("latin1");
    expect(text.startsWith(AGE_HEADER)).toBe(true);
    expect(text).not.toContain("passphrase");
    expect(plain.equals(await open(bytes))).toBe(true);
    for (const identity of identities.slice(0, 2))
      expect(plain.equals(await unseal(bytes, identity))).toBe(true);
    expect(plain.equals(await unseal(bytes, `${identities[2]}\n${identities[0]}`))).toBe(true);
    await expect(unseal(bytes, identities[2]!)).rejects.toThrow("cannot be decrypted");
  });

  it("is refused with a bit flipped anywhere, or cut short", async () => {
    const { bytes, open } = await seal(plain, recipients);
    const places = [AGE_HEADER.length + 30, 400, bytes.length >> 1, bytes.length - 1];
    for (const at of places) {
      const flipped = Uint8Array.from(bytes);
      flipped[at]! ^= 1;
      await expect(unseal(flipped, identities[0]!), `at ${at}`).rejects.toThrow();
      await expect(open(flipped), `at ${at}`).rejects.toThrow();
    }
    for (const end of [bytes.length - 1, 65_536, 10])
      await expect(unseal(bytes.subarray(0, end), identities[0]!)).rejects.toThrow("cannot be decrypted");
  });

  it("says of a key with a typing error that it is none, and never the key", async () => {
    const { bytes } = await seal(plain, recipients);
    const wrong = identities[0]!.replace(/.$/, (last) => (last === "Q" ? "P" : "Q"));
    const said = await unseal(bytes, wrong).catch((error: Error) => error.message);
    expect(said).toBe("--identity: a private age key on stdin has a typing error");
    const recipient = recipients[0]!.replace(/.$/, (last) => (last === "q" ? "p" : "q"));
    await expect(seal(plain, [recipients[1]!, recipient])).rejects.toThrow(
      `${recipient} is no public age key`,
    );
  });
});
