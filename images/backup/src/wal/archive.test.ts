import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { BaseReceipt, Stretch, WalSettings } from "../../../../operations/backup/wal";
import { following, SEGMENT_BYTES } from "../../../../operations/backup/wal-segments";
import {
  archivePath,
  basesOf,
  noteBase,
  openArchive,
  reachedOf,
  receiveFolder,
  segments,
  stretches,
} from "./archive";
import { Archiver, currentStretch } from "./follow";
import type { Primary } from "./primary";
import { pruneArchive } from "./retention";

const folders = vi.hoisted(() => ({ root: `${process.env.TMPDIR ?? "/tmp"}/strongroom-wal-${process.pid}` }));
vi.mock("../../../../operations/backup/wal", async (original) => {
  const real = await original<typeof import("../../../../operations/backup/wal")>();
  const moved = (path: string) => path.replace(real.WAL_FOLDER, folders.root);
  return {
    ...real,
    WAL_FOLDER: folders.root,
    stretchFolder: (stretch: Stretch) => moved(real.stretchFolder(stretch)),
  };
});
// Neither compressed nor encrypted: what is packed can be read.
vi.mock("./pack", () => ({
  packFile: async (from: string, to: string) => writeFileSync(to, readFileSync(from)),
}));

const { privateKey } = generateKeyPairSync("ed25519");
const settings = {
  stack: "test",
  database: { name: "vault" },
  recipients: [] as string[],
} as unknown as WalSettings;
const SEGMENT = BigInt(SEGMENT_BYTES);
const lsn = (at: bigint) => `0/${at.toString(16).toUpperCase()}`;
const name = (number: number) =>
  `0000000100000000000000${number.toString(16).toUpperCase().padStart(2, "0")}`;

/** A server in memory. */
class Server {
  systemIdentifier = "7";
  timeline = 1;
  at = SEGMENT + 100n;
  restart: bigint | "lost" | "gone" = "gone";
  made = 0;
  system = async () => ({
    systemIdentifier: this.systemIdentifier,
    timeline: this.timeline,
    lsn: lsn(this.at),
  });
  slot = async () => this.restart;
  makeSlot = async () => {
    this.made++;
    this.restart = this.at;
  };
  get primary(): Primary {
    return this as unknown as Primary;
  }
}

let server: Server;
beforeEach(() => {
  rmSync(folders.root, { recursive: true, force: true });
  mkdirSync(folders.root);
  openArchive();
  server = new Server();
});
afterAll(() => rmSync(folders.root, { recursive: true, force: true }));

const begin = () => currentStretch(server.primary);
/** As pg_receivewal leaves it. */
const receive = (stretch: Stretch, file: string, text = "") =>
  writeFileSync(
    join(receiveFolder(stretch), file),
    Buffer.concat([Buffer.from(text), Buffer.alloc(SEGMENT_BYTES)], SEGMENT_BYTES),
  );
const base = (stretch: Stretch, sequence: number, start: string) => {
  const file = `base-${sequence}.tar.zst.age`;
  writeFileSync(archivePath(stretch, file), "base");
  const receipt = { id: `base-${sequence}`, sequence, stretch: stretch.number, start, file, bytes: 4 };
  noteBase(stretch, receipt as BaseReceipt, privateKey);
};

describe("a stretch", () => {
  it("goes on for as long as the slot keeps what comes next", async () => {
    const first = await begin();
    expect(first).toMatchObject({ number: 1, cause: "first", start: name(1) });
    expect(await begin()).toEqual(first);
    expect(server.made).toBe(1);
  });

  it.each([
    ["another cluster", () => (server.systemIdentifier = "8")],
    ["another timeline", () => (server.timeline = 2)],
    ["the slot was lost", () => (server.restart = "lost")],
    ["the slot is gone", () => (server.restart = "gone")],
    ["the server's log does not go on where the archive ends", () => (server.restart = 3n * SEGMENT)],
  ])("ends with a new slot when it is %s", async (cause, change) => {
    const first = await begin();
    receive(first, name(1));
    change();
    expect(await begin()).toMatchObject({ number: 2, cause });
    expect(server.made).toBe(2);
    expect(existsSync(receiveFolder(first)), "what is in plain").toBe(false);
  });

  it("ends when the server goes back behind what is archived", async () => {
    const stretch = await begin();
    receive(stretch, `${name(1)}.partial`);
    await new Archiver(settings, stretch, privateKey).copy(server.primary);
    server.at -= 1n;
    expect((await begin()).cause).toBe("the server's log does not go on where the archive ends");
  });
});

describe("the archive", () => {
  it("gets finished segments once, and a copy of the one that is being written", async () => {
    const stretch = await begin();
    const archiver = new Archiver(settings, stretch, privateKey);
    receive(stretch, name(1), "finished");
    receive(stretch, `${name(2)}.partial`, "begun");
    server.restart = server.at = 2n * SEGMENT + 5n;
    await archiver.copy(server.primary);
    expect(segments(stretch)).toEqual([name(1)]);
    expect(readdirSync(receiveFolder(stretch))).toEqual([`${name(2)}.partial`]);
    const { receipt } = reachedOf(stretch)!;
    expect(receipt).toMatchObject({ lsn: lsn(server.at), partial: { name: name(2) } });
    expect(readFileSync(archivePath(stretch, receipt.partial!.file), "utf8")).toMatch(/^begun/);
    // Received anew after a crash: what is archived stays as it is.
    receive(stretch, name(1), "other");
    server.restart = server.at = 2n * SEGMENT + 9n;
    await archiver.copy(server.primary);
    expect(readFileSync(archivePath(stretch, `${name(1)}.age`), "utf8")).toMatch(/^finished/);
    const copies = readdirSync(archivePath(stretch, "")).filter((file) => file.endsWith(".partial.age"));
    expect(copies).toEqual([reachedOf(stretch)!.receipt.partial!.file]);
  });

  it("needs no copy when the log ends with a segment", async () => {
    const stretch = await begin();
    receive(stretch, name(1));
    server.restart = server.at = 2n * SEGMENT;
    await new Archiver(settings, stretch, privateKey).copy(server.primary);
    expect(reachedOf(stretch)!.receipt.partial).toBeUndefined();
  });

  it("takes no segment after one that is missing, and does not say that it reaches further", async () => {
    const stretch = await begin();
    receive(stretch, name(2));
    server.restart = server.at = 3n * SEGMENT;
    const archiver = new Archiver(settings, stretch, privateKey);
    await expect(archiver.copy(server.primary)).rejects.toThrow(
      `segment ${name(1)} of the log was not received`,
    );
    expect(reachedOf(stretch)).toBeUndefined();
  });

  it("does not say that it reaches what the sidecar does not have on disk", async () => {
    const stretch = await begin();
    receive(stretch, `${name(1)}.partial`);
    server.at += 1n;
    await new Archiver(settings, stretch, privateKey).copy(server.primary);
    expect(reachedOf(stretch)).toBeUndefined();
  }, 20_000);
});

describe("retention", () => {
  it("keeps the newest base backups and the log since the oldest of them, never fewer than were asked for", async () => {
    const stretch = await begin();
    for (let segment = name(1); segment <= name(6); segment = following(segment)) {
      writeFileSync(archivePath(stretch, `${segment}.age`), "");
      writeFileSync(archivePath(stretch, `${segment}.json`), "{}");
    }
    base(stretch, 1, name(1));
    base(stretch, 2, name(3));
    expect(pruneArchive(3, stretch)).toEqual([]);
    base(stretch, 3, name(5));
    expect(pruneArchive(2, stretch)).toEqual(["base-1"]);
    expect(segments(stretch)).toEqual([3, 4, 5, 6].map(name));
    expect(basesOf(stretch).map(({ receipt }) => receipt.id)).toEqual(["base-2", "base-3"]);
    // One whose file is gone keeps no other from staying.
    rmSync(archivePath(stretch, "base-3.tar.zst.age"));
    expect(pruneArchive(1, stretch)).toEqual([]);
    expect(segments(stretch)).toEqual([3, 4, 5, 6].map(name));
  });

  it("removes a stretch that has no base backup any more, and none of another cluster", async () => {
    const first = await begin();
    base(first, 1, name(1));
    server.systemIdentifier = "8";
    const other = await begin();
    base(other, 2, name(1));
    server.systemIdentifier = "7";
    const last = await begin();
    base(last, 3, name(1));
    expect(pruneArchive(1, last)).toEqual(["base-1"]);
    expect(stretches().map(({ number }) => number)).toEqual([other.number, last.number]);
  });
});
