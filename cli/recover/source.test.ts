import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testReceipt } from "../../operations/backup/testing";
import { FolderSource, targetIn } from "./source";

describe("a folder of fetched files", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strongroom-source-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives what is there in the order of time, also over two stores", async () => {
    const ids = ["000001-20260401T040000Z", "000012-20260301T040000Z", "settings-000002-20260302T040000Z"];
    for (const id of ids) writeFileSync(join(folder, `${id}.json`), "{}");
    writeFileSync(join(folder, "notes.json"), "{}");
    expect(await new FolderSource(folder).ids()).toEqual([ids[1], ids[2], ids[0]]);
  });

  it("gives a file to its end, and says when there is none", async () => {
    writeFileSync(join(folder, testReceipt.file), "sealed");
    const archive = { receipt: testReceipt, signature: "" };
    const { output, ended } = new FolderSource(folder).file(archive);
    expect(await text(output)).toBe("sealed");
    await ended;
    rmSync(join(folder, testReceipt.file));
    const missing = new FolderSource(folder).file(archive);
    await expect(missing.ended).rejects.toThrow("ENOENT");
  });

  it("must be there", () => {
    expect(() => new FolderSource(join(folder, "other"))).toThrow("there is no such folder");
  });
});

describe("--from", () => {
  it("is a target, or a folder", () => {
    expect(targetIn("ssh://vault@backup.example.com")).toEqual({
      user: "vault",
      host: "backup.example.com",
      port: 22,
    });
    expect(targetIn("ssh://vault@[2001:db8::1]:2222")).toEqual({
      user: "vault",
      host: "2001:db8::1",
      port: 2222,
    });
    expect(targetIn("/media/offline")).toBeUndefined();
  });

  it.each([
    "ssh://backup.example.com",
    "sftp://a@b",
    "ssh://-oProxyCommand=x@b",
    "ssh://a@-b",
    "ssh://a@b/path",
  ])("is not %s", (from) => {
    expect(() => targetIn(from)).toThrow("write ssh://USER@HOST[:PORT]");
  });
});
