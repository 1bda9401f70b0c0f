import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { isSignedBy, publicKeyText } from "../../../operations/backup/receipt";
import { AGE_HEADER } from "../../../operations/backup/sidecar";
import { exported, signExport, takeExport } from "./exports";

const folders = vi.hoisted(() => ({ root: "" }));
vi.mock("../../../operations/backup/sidecar", async (original) => {
  const { mkdtempSync: make } = await import("node:fs");
  folders.root = make(`${process.env.TMPDIR ?? "/tmp"}/strongroom-exports-`);
  return { ...(await original()), EXPORTS_FOLDER: `${folders.root}/settings` };
});

const { privateKey } = generateKeyPairSync("ed25519");
const now = new Date("2026-03-01T04:00:00Z");
const inFolder = (name: string) => join(folders.root, "settings", name);
const names = () => readdirSync(join(folders.root, "settings")).sort();
const take = (text = "sealed") => takeExport(Buffer.from(AGE_HEADER + text), now);
const request = { stack: "test", recipients: ["age1…"], contents: "ab".repeat(32), keep: 2 };

async function exportOne(named: string[] = []): Promise<string> {
  const taken = await take();
  await signExport({ ...taken, ...request }, named, privateKey, now);
  return taken.id;
}

describe("an export of the settings", () => {
  beforeEach(() => rmSync(inFolder("."), { recursive: true, force: true }));
  afterAll(() => rmSync(folders.root, { recursive: true, force: true }));

  it("counts once it is signed, and not before", async () => {
    const taken = await take();
    expect(taken.id).toBe("settings-000001-20260301T040000Z");
    expect(exported()).toEqual([]);
    const signed = await signExport({ ...taken, ...request }, [], privateKey, now);
    expect(isSignedBy(signed, publicKeyText(privateKey))).toBe(true);
    expect(signed.receipt).toMatchObject({ kind: "settings", file: taken.file, sha256: taken.sha256 });
    expect(exported()).toEqual([signed]);
  });

  it("is taken encrypted alone", async () => {
    await expect(takeExport(Buffer.from("passphrase"), now)).rejects.toThrow("must be encrypted by age");
    expect(exported()).toEqual([]);
  });

  it("is not signed for when another file lies there, or none", async () => {
    const taken = await take();
    writeFileSync(inFolder(taken.file), "another");
    const sign = (change: object) => signExport({ ...taken, ...request, ...change }, [], privateKey, now);
    await expect(sign({})).rejects.toThrow("not there as it was taken");
    await expect(sign({ id: "settings-9-x", file: "settings-9-x.tar.age" })).rejects.toThrow("not there");
    await expect(sign({ id: "../x", file: "../x.tar.age" })).rejects.toThrow("not there");
    expect(exported()).toEqual([]);
  });

  it("goes when newer ones are enough, unless a backup names it; what was never signed goes too", async () => {
    const first = await exportOne();
    await take("never signed");
    const kept = [first, await exportOne([first])];
    const dropped = await exportOne([first]);
    kept.push(await exportOne([first, kept[1]!]), await exportOne([first, kept[1]!]));
    expect(exported().map(({ receipt }) => receipt.id)).toEqual(kept);
    expect(names()).toHaveLength(2 * kept.length);
    expect(names().join()).not.toContain(dropped);
  });

  it("is left out when its receipt cannot be read", async () => {
    const [first, second] = [await exportOne(), await exportOne()];
    writeFileSync(inFolder(`${first}.json`), "{");
    expect(exported().map(({ receipt }) => receipt.id)).toEqual([second]);
    expect(readFileSync(inFolder(`${first}.tar.age`), "utf8")).toContain("sealed");
  });
});
