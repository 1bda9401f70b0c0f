import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addedMark,
  type HostImage,
  type ImageRun,
  newRuns,
  outdatedImages,
  type PruneFacts,
  removable,
  repeatedRuns,
  repositoryOf,
} from "./decide";

const id = (digit: string | number) => `sha256:${String(digit).repeat(64).slice(0, 64)}`;
const run = (image: string, day: number, part = "server"): ImageRun => {
  const time = `202601${String(day).padStart(2, "0")}T120000Z`;
  return { part, time, image, reference: `${repositoryOf("prod")}/${part}:${time}` };
};
const facts = (runs: ImageRun[], more: Partial<PruneFacts> = {}): PruneFacts => ({
  stack: "prod",
  runs,
  keep: 2,
  inUse: new Set(),
  named: new Set(),
  verified: {},
  added: [],
  ...more,
});
const image = (Id: string, tags: string[], digests: string[] = []): HostImage => ({
  Id,
  RepoTags: tags,
  RepoDigests: digests,
  Size: 1,
});

describe("the record of what ran", () => {
  const now = new Date("2026-01-20T12:00:00.123Z");

  it("gets a tag for what is new in a part, and none for what it has", () => {
    const runs = [run(id(1), 1), run(id(2), 2)];
    expect(newRuns("prod", [{ part: "server", image: id(2) }], runs, now)).toEqual([]);
    expect(
      newRuns(
        "prod",
        [
          { part: "server", image: id(1) },
          { part: "server", image: id(1) },
          { part: "edge", image: id(3) },
        ],
        runs,
        now,
      ),
    ).toEqual([run(id(1), 20), run(id(3), 20, "edge")]);
  });

  it("stays in order though this machine's clock is behind", () => {
    const runs = [{ ...run(id(1), 1), time: "20261231T235959Z" }];
    expect(newRuns("prod", [{ part: "server", image: id(2) }], runs, now)[0]!.time).toBe("20270101T000000Z");
  });

  it("loses the tag of an image that ran again later in the same part", () => {
    const runs = [run(id(1), 1), run(id(2), 2), run(id(1), 3), run(id(1), 1, "dashboard")];
    expect(repeatedRuns(runs)).toEqual([run(id(1), 1)]);
  });
});

describe("what goes", () => {
  const runs = [run(id(1), 1), run(id(2), 2), run(id(3), 3), run(id(4), 4)];

  it("is older than the last ones of its service", () => {
    expect(outdatedImages(facts(runs))).toEqual([id(1), id(2)]);
    expect(outdatedImages(facts(runs, { keep: 4 }))).toEqual([]);
  });

  it("is no image that another service had lately", () => {
    expect(outdatedImages(facts([...runs, run(id(1), 1, "dashboard")]))).toEqual([id(2)]);
  });

  it("is no image to which the stack went back", () => {
    expect(outdatedImages(facts([...runs, run(id(1), 5)]))).toEqual([id(2), id(3)]);
  });

  it("is nothing in use, and nothing that is named", () => {
    expect(outdatedImages(facts(runs, { inUse: new Set([id(1)]) }))).toEqual([id(2)]);
    expect(outdatedImages(facts(runs, { named: new Set([id(2)]) }))).toEqual([id(1)]);
  });

  it("is no archive that was added again after it ran", () => {
    const verified = { [id(1)]: "2026-01-05T12:00:00.000Z", [id(2)]: "2026-01-01T12:00:00.000Z" };
    expect(outdatedImages(facts(runs, { verified }))).toEqual([id(2)]);
  });

  it("is no archive that another operator added again after it ran, as the host's own mark says", () => {
    const mark = (image: string, day: string) => addedMark("prod", image, new Date(`${day}T12:00:00Z`));
    const added = [mark(id(1), "2026-01-05"), mark(id(2), "2026-01-01")];
    expect(outdatedImages(facts(runs, { added }))).toEqual([id(2)]);
    // Of several marks of one image the newest is kept, as of its runs.
    const again = mark(id(1), "2026-01-06");
    expect(repeatedRuns([...runs, ...added, again])).toEqual([added[0]]);
  });

  it("never is what is needed, whatever the host has", () => {
    const images = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(id);
    const some = fc.subarray(images, { maxLength: 3 }).map((ids) => new Set(ids));
    const anyRuns = fc.array(
      fc
        .tuple(
          fc.constantFrom(...images),
          fc.integer({ min: 1, max: 31 }),
          fc.constantFrom("server", "dashboard"),
        )
        .map(([of, day, part]) => run(of, day, part)),
      { maxLength: 40 },
    );
    let removed = 0;
    fc.assert(
      fc.property(
        anyRuns,
        some,
        some,
        some,
        fc.integer({ min: 2, max: 4 }),
        (all, inUse, named, also, keep) => {
          const verified = Object.fromEntries([...also].map((each) => [each, "2026-01-16T12:00:00.000Z"]));
          const gone = outdatedImages(facts(all, { inUse, named, keep, verified }));
          removed += gone.length;
          for (const each of gone) {
            expect(all.some((ran) => ran.image === each)).toBe(true);
            expect(inUse.has(each) || named.has(each)).toBe(false);
            if (also.has(each))
              expect(all.some((ran) => ran.image === each && ran.time > "20260116T120000Z")).toBe(true);
            for (const part of ["server", "dashboard"]) {
              const ofPart = all.filter((ran) => ran.part === part);
              const days = ofPart.filter((ran) => ran.image === each).map(({ time }) => time);
              if (days.length === 0) continue;
              const later = ofPart.filter(
                ({ time, image: other }) => other !== each && time >= days.sort().at(-1)!,
              );
              // At least as many others as are kept came after it.
              expect(new Set(later.map((ran) => ran.image)).size).toBeGreaterThanOrEqual(keep);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
    expect(removed).toBeGreaterThan(100);
  });
});

describe("the names of an image that goes", () => {
  const own = "strongroom-prod-releases/server:20260101T120000Z";

  it("are its digests and the record's tags, these last", () => {
    const digest = `vendor/vault@${id(9)}`;
    expect(removable(image(id(1), [own], [digest]), facts([]))).toEqual([digest, own]);
    expect(removable(image(id(1), [own], [`strongroom-prod-releases/server@${id(9)}`]), facts([]))).toEqual([
      own,
    ]);
  });

  it.each([
    ["an operator", ["vendor/vault:2"]],
    ["a build", ["strongroom/demo:1.0.0"]],
    ["another stack", ["strongroom-test-releases/server:20260101T120000Z"]],
    [
      "another stack whose name begins with this one's",
      ["strongroom-prod-2-releases/server:20260101T120000Z"],
    ],
  ])("are not touched when %s names it too", (_, tags) => {
    expect(removable(image(id(1), [own, ...tags]), facts([]))).toBeUndefined();
  });

  it("are an archive's own too, but not another stack's", () => {
    const verified = { [id(1)]: "2026-01-01T00:00:00.000Z" };
    expect(removable(image(id(1), [own, "vendor/vault:2"]), facts([], { verified }))).toEqual([
      "vendor/vault:2",
      own,
    ]);
    for (const other of ["strongroom-test-releases/server:20260101T120000Z", "strongroom/demo:1.0.0"])
      expect(removable(image(id(1), [own, other]), facts([], { verified }))).toBeUndefined();
  });

  it("are an archive's own too where another machine added it", () => {
    const added = [addedMark("prod", id(1), new Date())];
    const tags = [own, added[0]!.reference];
    expect(removable(image(id(1), [...tags, "vendor/vault:2"]), facts([], { added }))).toEqual([
      "vendor/vault:2",
      ...tags,
    ]);
  });

  it("are not touched when the configuration names its digest", () => {
    const named = new Set([id(9)]);
    expect(removable(image(id(1), [own], [`vendor/vault@${id(9)}`]), facts([], { named }))).toBeUndefined();
  });

  it("are none without a tag of this stack's record", () => {
    expect(removable(image(id(1), [], [`vendor/vault@${id(9)}`]), facts([]))).toBeUndefined();
  });
});
