import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { demoRaw, settingsOf, testDigest, withValue } from "../../config/testing";
import { publicKeyText, type SignedExport, signReceipt } from "../../operations/backup/receipt";
import type { SignExportRequest, StoreListing } from "../../operations/backup/sidecar";
import { createContext } from "../context";
import type { Session } from "../session";
import { stateFile } from "../state";
import { filesOfTar } from "./bundle";
import { exportAfter, exportBefore, exportSettings } from "./export";
import { unseal } from "./seal";
import { BackupStore } from "./store";

const { privateKey } = generateKeyPairSync("ed25519");
const id = "settings-000001-20260301T040000Z";
const [passphrase, stackKey] = ["correct-horse-battery", "c0ffee".repeat(10)];

/** A store in memory, which may be made to go wrong. */
class FakeStore {
  files = new Map<string, Uint8Array>();
  listing: StoreListing = {
    publicKey: publicKeyText(privateKey),
    backups: [],
    unproven: [],
    unreadable: [],
    exports: [],
  };
  damage: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  readonly said: (string | Uint8Array)[] = [];

  list = () => Promise.resolve(this.listing);
  read = (file: string) => Promise.resolve(this.files.get(file)!);
  tell = (command: string, input: string | Uint8Array) => {
    this.said.push(input);
    if (command === "take-export") {
      const bytes = this.damage(Buffer.from(input));
      this.files.set(`${id}.tar.age`, bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return Promise.resolve({ id, sequence: 1, file: `${id}.tar.age`, sha256, bytes: bytes.length });
    }
    const request = JSON.parse(input as string) as Omit<SignExportRequest, "keep">;
    const rest = { schema: 1, kind: "settings", level: "decrypted by its sender", ended: "" } as const;
    const signed: SignedExport = signReceipt({ ...request, ...rest }, privateKey);
    this.listing.exports = [signed];
    return Promise.resolve(signed);
  };
}

describe("the export of settings and keys", () => {
  let home = "";
  let store: FakeStore;
  let session: Session;
  let identity = "";
  const said: string[] = [];
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "strongroom-export-"));
    const configFile = join(home, "Pulumi.test.yaml");
    const context = createContext({ stack: "test", configFile }, { STRONGROOM_HOME: home });
    identity = await generateX25519Identity();
    const recipients = [identity, await generateX25519Identity()].map(identityToRecipient);
    const backup = { image: { id: testDigest }, recipients: await Promise.all(recipients) };
    const settings = settingsOf(withValue(demoRaw(), "backup", backup));
    mkdirSync(context.stackDir, { recursive: true });
    writeFileSync(configFile, "config: {}\n");
    writeFileSync(join(context.stackDir, "passphrase"), passphrase);
    writeFileSync(join(context.stackDir, "stack.key"), stackKey);
    mkdirSync(dirname(stateFile(context)!), { recursive: true });
    writeFileSync(stateFile(context)!, '{"version":3,"checkpoint":{"latest":{"resources":[]}}}');
    said.length = 0;
    session = {
      context,
      config: { settings, certificateFiles: [] },
      say: (text: string) => said.push(text),
    } as unknown as Session;
    store = new FakeStore();
    vi.spyOn(BackupStore, "find").mockImplementation(() => Promise.resolve(store as unknown as BackupStore));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(home, { recursive: true });
  });

  it("gives the store ciphertext alone, which a recipient opens", async () => {
    expect(await exportSettings(session)).toBe(true);
    const given = Buffer.concat(store.said.map((each) => Buffer.from(each))).toString("latin1");
    for (const secret of [passphrase, stackKey, "AGE-SECRET-KEY"]) expect(given).not.toContain(secret);
    expect(said.join()).not.toMatch(new RegExp(`${passphrase}|${stackKey}|AGE-SECRET`));
    const files = await filesOfTar(await unseal(store.files.get(`${id}.tar.age`)!, identity));
    const content = (name: string) => files.find((file) => file.name === name)?.content;
    expect(content("stack/passphrase")).toBe(passphrase);
    expect(content("stack/stack.key")).toBe(stackKey);
    expect(content("Pulumi.test.yaml")).toBe("config: {}\n");
    expect(JSON.parse(content("state.json")!)).toEqual({ version: 3, deployment: { resources: [] } });
  });

  it("is made once of what is the same, and anew of other settings or where it has rotted", async () => {
    await exportSettings(session);
    expect(await exportSettings(session)).toBe(false);
    const sealed = store.files.get(`${id}.tar.age`)!;
    store.files.set(`${id}.tar.age`, sealed.subarray(1));
    expect(await exportSettings(session)).toBe(true);
    writeFileSync(session.context.configFile, "config: { a: 1 }\n");
    expect(await exportSettings(session)).toBe(true);
  });

  it("is not signed for, and stops the update, when it is not read back as it was sent", async () => {
    store.damage = (bytes) =>
      Uint8Array.from(bytes, (byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte));
    await expect(exportBefore(session, undefined)).rejects.toMatchObject({
      code: 3,
      message: expect.stringMatching(/^nothing was changed: .* is not what was sent/) as string,
    });
    expect(store.listing.exports).toEqual([]);
    expect(await exportAfter(session)).toBe(false);
    expect(said.join()).toContain("settings and keys as they are now are not in the backup");
  });

  it("is done without for a reason, which is recorded", async () => {
    rmSync(session.context.configFile);
    await exportBefore(session, "certificate leaked");
    const [entry] = readFileSync(join(session.context.stackDir, "audit.jsonl"), "utf8").trimEnd().split("\n");
    expect(JSON.parse(entry!)).toMatchObject({
      event: "emergency",
      reason: "certificate leaked",
      export: "none",
    });
    expect(said.join()).toContain("cannot be exported into the backup");
  });

  it("stops the update when somebody else signs", async () => {
    writeFileSync(
      join(session.context.stackDir, "backup-receipts.pub"),
      publicKeyText(generateKeyPairSync("ed25519").privateKey),
    );
    await expect(exportBefore(session, undefined)).rejects.toThrow("not signed by the trusted key");
  });

  it("makes no key known that was not", async () => {
    await exportSettings(session);
    expect(existsSync(join(session.context.stackDir, "backup-receipts.pub"))).toBe(false);
  });

  it("stops the update when something cannot be read", async () => {
    rmSync(session.context.configFile);
    await expect(exportBefore(session, undefined)).rejects.toMatchObject({ code: 3 });
  });

  it("is said to be missing by a sidecar from before there were any, which an update may be about to replace", async () => {
    delete store.listing.exports;
    expect(await exportSettings(session)).toBe(false);
    expect(said.join()).toContain("backup.image");
  });
});
