import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { testReceipt } from "../../../operations/backup/testing";
import {
  keep,
  lastStart,
  listing,
  noteSeen,
  noteStart,
  openStore,
  partialPath,
  prune,
  receipts,
  writeReceipt,
} from "./store";

const folders = vi.hoisted(() => ({ root: "" }));
vi.mock("../../../operations/backup/sidecar", async (original) => {
  const { mkdtempSync: make } = await import("node:fs");
  folders.root = make(`${process.env.TMPDIR ?? "/tmp"}/strongroom-store-`);
  return { ...(await original()), BACKUP_FOLDER: folders.root, STORE_FOLDER: `${folders.root}/store` };
});

const inStore = (name: string) => join(folders.root, "store", name);
const names = () => readdirSync(join(folders.root, "store")).sort();

/** A file as a run leaves it that ends before its proof. */
function unproven(id: string): void {
  writeFileSync(partialPath(`${id}.dump.age`), id);
  keep(`${id}.dump.age`);
}

/** A backup with its receipt. */
function proven(sequence: number): string {
  const id = `00000${sequence}-20260301T040000Z`;
  unproven(id);
  const file = `${id}.dump.age`;
  writeReceipt({ ...testReceipt, id, sequence, file, bytes: id.length, kind: "scheduled" }, openStore());
  return id;
}

describe("the store", () => {
  beforeEach(() => {
    rmSync(folders.root, { recursive: true, force: true });
    openStore();
  });
  afterAll(() => rmSync(folders.root, { recursive: true, force: true }));

  it("keeps of runs that fail again and again the newest file alone, and what is proven", () => {
    const good = proven(1);
    for (const id of ["000002-a", "000003-b", "000004-c"]) unproven(id);
    expect(names()).toEqual([`${good}.dump.age`, `${good}.json`, "000004-c.dump.age"]);
    expect(listing().unproven).toEqual(["000004-c.dump.age"]);
  });

  it("counts on without a receipt that cannot be read, and leaves its backup alone", () => {
    const [damaged, good] = [proven(1), proven(2)];
    writeFileSync(inStore(`${damaged}.json`), '{"receipt":');
    writeFileSync(inStore("other.json"), "{}");
    expect(receipts().map(({ receipt }) => receipt.id)).toEqual([good]);
    expect(listing().unreadable).toEqual([`${damaged}.json`, "other.json"]);
    expect(listing().unproven).toEqual([]);
    const last = proven(3);
    expect(prune({ last: 1, daily: 0, weekly: 0, monthly: 0 }, testReceipt.systemIdentifier)).toEqual([good]);
    expect(names()).toEqual(
      [`${damaged}.dump.age`, `${damaged}.json`, `${last}.dump.age`, `${last}.json`, "other.json"].sort(),
    );
  });

  it("remembers across starts since when it catches up, and when it was seen last", () => {
    expect(lastStart()).toBeUndefined();
    noteStart(1000);
    noteSeen(61_000);
    expect(lastStart()).toEqual({ since: 1000, seen: 61_000 });
  });
});
