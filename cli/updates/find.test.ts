import { describe, expect, it } from "vitest";
import { type ImagePart, imageParts } from "../../config/images";
import { demoRaw, publicRaw, settingsOf, testDigest, withValue } from "../../config/testing";
import type { VerificationRecord } from "../../operations/archive/record";
import { type Sources, updatesOf } from "./find";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const signer = digest("5");

/** What was verified and is still there: `repository:version`, whose image its digit says. */
const archived = (
  digit: string,
  repository: string | undefined,
  version: string | undefined,
  by = signer,
) => ({
  id: digest(digit),
  archive: `${digit}.tar`,
  signer: by,
  version,
  ...(repository === undefined ? {} : { repository }),
});
const archives = [
  { ...archived("0", "vendor/vault", "2.0"), id: testDigest },
  archived("7", "vendor/vault", "2.1"),
  archived("8", "vendor/vault", undefined),
  archived("9", "vendor/vault", "3.0", digest("6")),
  archived("a", "vendor/dashboard", "2.6"),
  archived("b", undefined, "2.7"),
  archived("c", "vendor/vault", "2.8"),
  archived("d", "vendor/vault", "2.8"),
] as unknown as (VerificationRecord & { version: string | undefined })[];

/** Sources of which each has something. */
const sources: Sources = {
  repository: async (host, name) => ({
    tags: async () => {
      if (name === "vendor/closed") throw new Error(`${host}/${name}: the registry wants a login`);
      return ["15.13", "15.14", "15.15", "16.1", "latest"];
    },
    digest: async (tag) => (tag === "15.15" ? digest("1") : digest("2")),
    // By its digit: 2 is younger than 1, 3 younger than 2; of others nothing is known.
    created: async (reference) => {
      if (reference === testDigest) throw new Error("the registry does not have it");
      return /^sha256:[123]/.test(reference) ? new Date(`2026-01-0${reference[7]}`) : undefined;
    },
  }),
  builds: (folder) => (folder === "demo" ? ["1.0.0", "1.1.0", "1.1.0-never-healthy", "2.0.0"] : []),
  archives: async () => archives,
};

const part = (raw: Record<string, unknown>, name: string): ImagePart =>
  imageParts(settingsOf(raw)).find((each) => each.name === name)!;
const ask = (image: Record<string, unknown>, name = "server", wanted?: string) => {
  const raw = name === "server" ? withValue(demoRaw(), "services/server/image", image) : demoRaw();
  const changed = name === "server" ? raw : withValue(raw, `${name}/image`, image);
  return updatesOf(part(changed, name), image, sources, wanted);
};

describe("updates", () => {
  it("of an image in a registry are its newer tags, by the digest that the registry gives", async () => {
    const name = `registry.example.com/vault:15.13@${testDigest}`;
    expect(await ask({ name })).toEqual({
      part: "server",
      path: ["services", "server", "image"],
      current: "15.13",
      newer: ["15.14", "15.15", "16.1"],
      candidate: { version: "16.1", entry: { name: `registry.example.com/vault:16.1@${digest("2")}` } },
    });
    const stage = await ask({ name }, "server", "15.15");
    expect(stage.candidate?.entry).toEqual({ name: `registry.example.com/vault:15.15@${digest("1")}` });
    expect((await ask({ name }, "server", "17")).candidate).toBeUndefined();
  });

  it("of a database stay within its major version", async () => {
    const found = await ask({ name: `postgres:15.13@${testDigest}` }, "database");
    expect(found.candidate?.version).toBe("15.15");
  });

  it("are the younger image that a tag names now, and none where it is older, as old, of no known age or the same", async () => {
    const moved = (own: string) => ask({ name: `vault:16.1@${own}` });
    expect(await moved(digest("1"))).toMatchObject({
      newer: [],
      candidate: { version: "16.1", entry: { name: `vault:16.1@${digest("2")}` } },
    });
    const older = await moved(digest("3"));
    expect(older.candidate).toBeUndefined();
    expect(older.unknown).toContain("an older one, of 2026-01-02");
    for (const own of [digest("2").replace(/2$/, "3"), digest("9"), testDigest]) {
      const found = await moved(own);
      expect(found.candidate, own).toBeUndefined();
      expect(found.unknown).toContain("nothing tells which is the newer");
    }
    expect(await moved(digest("2"))).not.toHaveProperty("unknown");
  });

  it("of a local build are the releases of its folder, but for those that are marked", async () => {
    const found = await ask({ build: "demo", tag: "1.0.0" });
    expect(found).toMatchObject({
      newer: ["1.1.0", "2.0.0"],
      candidate: { entry: { build: "demo", tag: "2.0.0" } },
    });
  });

  it("of an archive are those of the same signer and repository, and else its vendor's to say", async () => {
    const image = { id: testDigest, version: "2.0", archive: "vault-2.0.tar", signer };
    const raw = withValue(publicRaw(), "services/server/image", image);
    const found = await updatesOf(part(raw, "server"), image, sources);
    expect(found.newer).toEqual(["2.1"]);
    expect(found.candidate?.entry).toEqual({
      id: digest("7"),
      version: "2.1",
      archive: "7.tar",
      signer,
    });
    for (const known of [
      // Of the image in service nothing is known; not where it comes from; or that it is another part's.
      archives.slice(1),
      [archived("0", undefined, "2.0"), ...archives.slice(1)],
      [archived("0", "vendor/dashboard", "2.0"), archives[1], archives[2]],
    ]) {
      const here = known.map((each) => (each!.id === digest("0") ? { ...each, id: testDigest } : each));
      const other = { ...sources, archives: async () => here as typeof archives };
      expect(await updatesOf(part(raw, "server"), image, other)).toMatchObject({
        newer: [],
        unknown: expect.stringContaining("ask its vendor"),
      });
    }
    const newest = withValue(raw, "services/server/image/version", "3.0");
    expect((await updatesOf(part(newest, "server"), image, sources)).unknown).toContain("ask its vendor");
  });

  it("are not known where a registry does not say, or no tag is named", async () => {
    const closed = await ask({ name: `registry.example.com/vendor/closed:15.13@${testDigest}` });
    expect(closed).toMatchObject({ newer: [], error: expect.stringContaining("wants a login") });
    expect((await ask({ name: `vault@${testDigest}` })).unknown).toContain("without a tag");
  });
});
