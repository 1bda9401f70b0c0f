import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { isSignedBy, publicKeyText, type Signed, signReceipt } from "../../../../operations/backup/receipt";
import { testReceipt } from "../../../../operations/backup/testing";
import { Repository, type Snapshot } from "./restic";
import { archivesOnHost, pending, shipAgain, shipPending } from "./ship";
import { damaged, isLookDue, openShipped, shipped, shippingListing } from "./shipped";

const folders = vi.hoisted(() => ({
  root: `${process.env.TMPDIR ?? "/tmp"}/strongroom-ship-${process.pid}`,
}));
vi.mock("../../../../operations/backup/sidecar", async (original) => ({
  ...(await original()),
  STORE_FOLDER: `${folders.root}/store`,
  EXPORTS_FOLDER: `${folders.root}/settings`,
}));
vi.mock("../../../../operations/backup/offsite", async (original) => ({
  ...(await original()),
  SHIPPER_FOLDER: `${folders.root}/shipper`,
}));

const { privateKey } = generateKeyPairSync("ed25519");
const target = { host: "offsite", port: 22, user: "vault" };
const settings = { stack: "test", target, periodSeconds: 60 };
const AT = "vault@offsite:22";

/** A repository in memory: what was sent, by snapshot and path. */
class Memory extends Repository {
  readonly sent: { id: string; tags: string[]; files: Map<string, string> }[] = [];
  away = false;
  repositoryId = "repository";

  private reached(): void {
    if (this.away) throw new Error("no route to host");
  }
  override open() {
    this.reached();
    return Promise.resolve(this.repositoryId);
  }
  override snapshots() {
    this.reached();
    const all = this.sent.map(({ id, tags }): Snapshot => ({
      id,
      tags,
      time: id,
      paths: [],
      hostname: "test",
    }));
    return Promise.resolve(all);
  }
  override send(_stack: string, tags: string[], paths: string[]) {
    this.reached();
    const id = `snapshot-${this.sent.length + 1}`;
    this.sent.push({ id, tags, files: new Map(paths.map((path) => [path, readFileSync(path, "utf8")])) });
    return Promise.resolve(id);
  }
  override read(snapshot: string, path: string) {
    this.reached();
    return Promise.resolve(this.sent.find(({ id }) => id === snapshot)!.files.get(path)!);
  }
  override async measure(snapshot: string, path: string) {
    const text = await this.read(snapshot, path);
    return { sha256: createHash("sha256").update(text).digest("hex"), bytes: text.length };
  }
  tags(): string[] {
    return this.sent.map(({ tags }) => tags[0]!);
  }
}

let repository: Memory;

/** A proven backup on the host. @returns its id */
function backup(sequence: number, key = privateKey): string {
  const id = `${String(sequence).padStart(6, "0")}-20260301T04000${sequence}Z`;
  const text = `sealed ${sequence}`;
  const receipt = {
    ...testReceipt,
    ...{ id, sequence, file: `${id}.dump.age`, sha256: createHash("sha256").update(text).digest("hex") },
    ended: `2026-03-01T04:00:0${sequence}.000Z`,
  };
  writeFileSync(join(folders.root, "store", receipt.file), text);
  writeFileSync(join(folders.root, "store", `${id}.json`), JSON.stringify(signReceipt(receipt, key)));
  return id;
}

describe("copies off the host", () => {
  beforeEach(() => {
    for (const name of ["store", "settings", "shipper"]) {
      rmSync(join(folders.root, name), { recursive: true, force: true });
      mkdirSync(join(folders.root, name), { recursive: true });
    }
    repository = new Memory(target);
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
  });
  afterAll(() => rmSync(folders.root, { recursive: true, force: true }));

  const ship = () => shipPending(settings, repository, privateKey);
  const look = () => shipAgain(settings, repository, privateKey);
  const ids = (at = AT) => shipped(at).map(({ receipt }) => receipt.id);

  it("are sent once, the newest first, and signed for when they were fetched again", async () => {
    const [a, b] = [backup(1), backup(2)];
    await ship();
    await ship();
    expect(repository.tags()).toEqual([b, a]);
    expect(ids().sort()).toEqual([a, b]);
    const [signed] = shipped(AT);
    expect(isSignedBy(signed!, publicKeyText(privateKey))).toBe(true);
    expect(signed!.receipt).toMatchObject({
      level: "fetched again from off the host",
      target: "vault@offsite:22",
      version: "snapshot-1",
    });
    expect(basename(signed!.receipt.object)).toBe(`${b}.dump.age`);
    expect(pending(archivesOnHost(), AT)).toEqual([]);
  });

  it("are not sent twice when a run was cut off before it could sign", async () => {
    backup(1);
    await ship();
    rmSync(join(folders.root, "shipper"), { recursive: true });
    mkdirSync(join(folders.root, "shipper"));
    await ship();
    expect(repository.sent).toHaveLength(1);
    expect(ids()).toHaveLength(1);
  });

  it("count as none at another target, and are sent there", async () => {
    const id = backup(1);
    await ship();
    const other = { ...settings, target: { ...target, host: "elsewhere" } };
    expect(ids("vault@elsewhere:22")).toEqual([]);
    expect(pending(archivesOnHost(), "vault@elsewhere:22")).toHaveLength(1);
    repository = new Memory(other.target);
    repository.repositoryId = "another";
    await shipPending(other, repository, privateKey);
    expect(repository.tags()).toEqual([id]);
    expect([ids("vault@elsewhere:22"), ids()]).toEqual([[id], []]);
    expect(shipped("vault@elsewhere:22")[0]!.receipt).toMatchObject({
      target: "vault@elsewhere:22",
      repository: "another",
    });
  });

  it.each([
    ["sent", () => ship()],
    ["looked at", () => look()],
  ])("count as none once the target has lost its disk, which is seen when one is %s", async (_, notice) => {
    const [a, b] = [backup(1), backup(2)];
    await ship();
    repository = new Memory(target);
    repository.repositoryId = "made anew";
    await notice();
    await ship();
    expect(repository.tags()).toEqual([b, a]);
    expect(ids().sort()).toEqual([a, b]);
  });

  it("that were damaged elsewhere are none at a new target", async () => {
    const id = backup(1);
    await ship();
    const { files } = repository.sent[0]!;
    files.set([...files.keys()][0]!, "flipped");
    await look();
    expect(damaged()).toEqual([id]);
    repository = new Memory(target);
    repository.repositoryId = "made anew";
    await ship();
    expect([ids(), damaged()]).toEqual([[id], []]);
  });

  it("are told by target and repository", async () => {
    const id = backup(1);
    expect(() => shippingListing(target)).toThrow("has not started yet");
    openShipped();
    expect(shippingListing(target)).toMatchObject({ target: AT, shipped: [] });
    expect(shippingListing(target).repository).toBeUndefined();
    await ship();
    const listing = shippingListing(target);
    expect(listing).toMatchObject({ target: AT, repository: "repository" });
    expect(listing.shipped.map(({ receipt }) => receipt.id)).toEqual([id]);
    expect(shippingListing({ ...target, host: "elsewhere" })).toMatchObject({
      target: "vault@elsewhere:22",
      shipped: [],
    });
  });

  it("wait while the target is away, and nothing counts as damaged", async () => {
    const id = backup(1);
    repository.away = true;
    await expect(ship()).rejects.toThrow("no route to host");
    expect([ids(), damaged()]).toEqual([[], []]);
    repository.away = false;
    await ship();
    repository.away = true;
    await expect(look()).rejects.toThrow("no route to host");
    expect([ids(), damaged()]).toEqual([[id], []]);
  });

  it("count as none when the stored object has changed, until one is whole again; others are sent all the same", async () => {
    const id = backup(1);
    await ship();
    const { files } = repository.sent[0]!;
    files.set([...files.keys()][0]!, "flipped");
    await look();
    expect([ids(), damaged()]).toEqual([[], [id]]);
    const next = backup(2);
    await ship();
    expect(ids()).toEqual([next]);
    await look();
    expect([ids().sort(), damaged()]).toEqual([[id, next], []]);
  });

  it("count as none when the receipt that was fetched is another one", async () => {
    const id = backup(1);
    await ship();
    const { files } = repository.sent[0]!;
    files.set([...files.keys()][1]!, JSON.stringify({ receipt: { ...testReceipt, rows: "0" } }));
    await look();
    expect(damaged()).toEqual([id]);
  });

  it.each(["with", "without"])(
    "are sent again when another key has signed the same receipt, %s the shipper's own receipts",
    async (kept) => {
      const id = backup(1);
      await ship();
      if (kept === "without") {
        rmSync(join(folders.root, "shipper"), { recursive: true });
        mkdirSync(join(folders.root, "shipper"));
      }
      const { privateKey: another } = generateKeyPairSync("ed25519");
      expect(backup(1, another)).toBe(id);
      expect(pending(archivesOnHost(), AT)).toHaveLength(1);
      await ship();
      expect([ids(), damaged(), repository.tags()]).toEqual([[id], [], [id, id]]);
      const [, receipt] = [...repository.sent[1]!.files.values()];
      expect(isSignedBy(JSON.parse(receipt!) as Signed<object>, publicKeyText(another))).toBe(true);
      expect(shipped(AT)[0]!.receipt.version).toBe("snapshot-2");
      await look();
      expect([ids(), damaged(), repository.tags()]).toEqual([[id], [], [id, id]]);
    },
  );

  it("are not made of a file that is not the one that was proven; a copy from before is as good as it was", async () => {
    const [a, b] = [backup(1), backup(2)];
    writeFileSync(join(folders.root, "store", `${a}.dump.age`), "flipped");
    await ship();
    expect([ids(), damaged(), repository.tags()]).toEqual([[b], [a], [b]]);
    writeFileSync(join(folders.root, "store", `${b}.dump.age`), "flipped");
    await look();
    expect([ids(), damaged()]).toEqual([[b], [a]]);
  });

  it("are noted as damaged, once, when the file is gone from the host and its receipt is not", async () => {
    const [a, b] = [backup(1), backup(2)];
    rmSync(join(folders.root, "store", `${b}.dump.age`));
    await ship();
    expect([ids(), damaged(), repository.tags()]).toEqual([[a], [b], [a]]);
    expect(pending(archivesOnHost(), AT)).toEqual([]);
    rmSync(join(folders.root, "store", `${a}.dump.age`));
    repository.away = true;
    await expect(look()).rejects.toThrow("no route to host");
    expect(ids()).toEqual([a]);
    repository.away = false;
    await look();
    expect([ids(), damaged()], "the copy is as good as it was").toEqual([[a], [b]]);
  });

  it("are no more asked for when the backup was pruned while it was being sent", async () => {
    const [id] = [backup(1)];
    const send = vi.spyOn(repository, "send").mockImplementation(() => {
      for (const end of ["json", "dump.age"]) rmSync(join(folders.root, "store", `${id}.${end}`));
      return Promise.reject(new Error("no such file"));
    });
    await ship();
    expect(send).toHaveBeenCalledOnce();
    expect([ids(), damaged()]).toEqual([[], []]);
  });

  it("are looked at again a period after the last time, however often the shipper starts", async () => {
    openShipped();
    backup(1);
    await ship();
    const at = (ageMs: number) => {
      const time = new Date(Date.now() - ageMs);
      for (const name of ["receipts.key", "looked"])
        if (existsSync(join(folders.root, "shipper", name)))
          utimesSync(join(folders.root, "shipper", name), time, time);
    };
    expect(isLookDue(60_000)).toBe(false);
    at(60_000);
    openShipped();
    expect(isLookDue(60_000), "never looked at, since the volume was made").toBe(true);
    repository.away = true;
    await expect(look()).rejects.toThrow("no route to host");
    expect(isLookDue(60_000), "not looked at").toBe(true);
    repository.away = false;
    await look();
    expect(isLookDue(60_000)).toBe(false);
    at(-60_000);
    expect(isLookDue(60_000), "by a clock that was ahead").toBe(true);
  });

  it("of exports bear a tag by which they are kept when backups are pruned; one without is sent again", async () => {
    const id = "settings-000001-20260301T040000Z";
    const text = "sealed";
    const receipt = {
      ...{ schema: 1, id, sequence: 1, kind: "settings", stack: "test", file: `${id}.tar.age`, bytes: 6 },
      ...{ sha256: createHash("sha256").update(text).digest("hex"), ended: "2026-03-01T04:00:00.000Z" },
    };
    writeFileSync(join(folders.root, "settings", receipt.file), text);
    const signed = JSON.stringify(signReceipt(receipt, privateKey));
    writeFileSync(join(folders.root, "settings", `${id}.json`), signed);
    const other = backup(2);
    await ship();
    expect(repository.sent.map(({ tags }) => tags)).toEqual([[id, "settings"], [other]]);
    repository.sent[0]!.tags.pop();
    await look();
    expect(repository.sent.map(({ tags }) => tags)).toEqual([[id], [other], [id, "settings"]]);
  });

  it("are given up, without an alarm that never ends, when the backup is gone from the host", async () => {
    const id = backup(1);
    writeFileSync(join(folders.root, "store", `${id}.dump.age`), "flipped");
    await ship();
    expect(damaged()).toEqual([id]);
    for (const end of ["json", "dump.age"]) rmSync(join(folders.root, "store", `${id}.${end}`));
    await look();
    expect(damaged()).toEqual([]);
  });
});
