import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  isSignedBy,
  publicKeyText,
  signReceipt,
  type SignedReceipt,
} from "../../../operations/backup/receipt";
import { testReceipt } from "../../../operations/backup/testing";
import { adopt } from "./adopt";

const folders = vi.hoisted(() => ({
  root: `${process.env.TMPDIR ?? "/tmp"}/strongroom-adopt-${process.pid}`,
}));
vi.mock("../../../operations/backup/sidecar", async (original) => ({
  ...(await original()),
  BACKUP_FOLDER: folders.root,
  STORE_FOLDER: `${folders.root}/store`,
  EXPORTS_FOLDER: `${folders.root}/settings`,
}));

const old = generateKeyPairSync("ed25519").privateKey;
const bytes = Buffer.from("sealed\nover several lines\n".repeat(5000));
const receipt = {
  ...testReceipt,
  sha256: createHash("sha256").update(bytes).digest("hex"),
  bytes: bytes.length,
};
const signed = signReceipt(receipt, old);
const there = () =>
  existsSync(join(folders.root, "store")) ? readdirSync(join(folders.root, "store")).sort() : [];

/** In chunks that end where no line does. */
function given(request: object, content = bytes): Readable {
  const all = Buffer.concat([Buffer.from(`${JSON.stringify(request)}\n`), content]);
  return Readable.from(
    Array.from({ length: Math.ceil(all.length / 777) }, (_, at) => all.subarray(at * 777, (at + 1) * 777)),
  );
}

describe("a backup of an earlier store", () => {
  beforeEach(() => {
    rmSync(folders.root, { recursive: true, force: true });
    mkdirSync(folders.root);
  });
  afterAll(() => rmSync(folders.root, { recursive: true, force: true }));

  it("is taken over as it is, and signed anew, also twice", async () => {
    for (let times = 0; times < 2; times++) {
      const { publicKey } = await adopt(given({ signed, publicKey: publicKeyText(old) }));
      expect(there()).toEqual([receipt.file, `${receipt.id}.json`].sort());
      expect(readFileSync(join(folders.root, "store", receipt.file)).equals(bytes)).toBe(true);
      const text = readFileSync(join(folders.root, "store", `${receipt.id}.json`), "utf8");
      const again = JSON.parse(text) as SignedReceipt;
      expect(again.receipt).toEqual(receipt);
      expect(isSignedBy(again, publicKey)).toBe(true);
      expect(publicKey).not.toBe(publicKeyText(old));
    }
  });

  it.each([
    [
      "another key",
      given({ signed, publicKey: publicKeyText(generateKeyPairSync("ed25519").privateKey) }),
      "not signed by",
    ],
    ["another file", given({ signed, publicKey: publicKeyText(old) }, bytes.subarray(1)), "SHA-256 differs"],
    [
      "a path",
      given({ signed: signReceipt({ ...receipt, file: "../x" }, old), publicKey: publicKeyText(old) }),
      "for another file",
    ],
    ["no request", Readable.from([bytes]), "JSON"],
  ])("is refused with %s, and nothing of it is kept", async (_name, input, why) => {
    await expect(adopt(input)).rejects.toThrow(why);
    expect(there()).toEqual([]);
  });
});
