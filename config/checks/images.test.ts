import { describe, expect, it } from "vitest";
import { demoRaw, pathsOf, problemsOf, publicRaw, settingsOf, testDigest, withValue } from "../testing";

const builds = {
  "demo:1.0.0": `sha256:${"1".repeat(64)}`,
  "edge:3.6.7": testDigest,
  "postgres:15": testDigest,
};

describe("checkImages", () => {
  it("takes the ids of local builds from the stack's lock file", () => {
    expect(settingsOf(demoRaw(), { imageLock: builds }).services.server!.image).toEqual({
      reference: builds["demo:1.0.0"],
      source: "loaded",
      version: "1.0.0",
    });
  });

  it("misses builds that were not made, and a lock's own members are no builds", () => {
    expect(pathsOf(demoRaw(), { imageLock: { ...builds, "demo:1.0.0": undefined! } })).toEqual([]);
    expect(pathsOf(demoRaw(), { imageLock: {} })).toEqual([
      "database.image",
      "edge.image",
      "services.dashboard.image",
      "services.server.image",
    ]);
  });

  it("takes what a release requires, of services only", () => {
    const raw = withValue(demoRaw(), "services/server/image/requires", ">=1.0");
    expect(settingsOf(raw, { imageLock: builds }).services.server!.image.requires).toBe("1.0");
    for (const part of ["edge", "database"])
      expect(pathsOf(withValue(demoRaw(), `${part}/image/requires`, ">=1.0"))).toEqual([
        `${part}.image.requires`,
      ]);
    for (const wrong of ["1.0", ">1.0", ">=latest", ">= 1.0"])
      expect(pathsOf(withValue(demoRaw(), "services/server/image/requires", wrong))).toEqual([
        "services.server.image.requires",
      ]);
  });

  it("refuses local builds unless the stack allows them", () => {
    expect(problemsOf(withValue(demoRaw(), "localBuilds", undefined))).toHaveLength(4);
  });

  it.each([
    [{ name: "postgres:15.13" }],
    [{ name: "postgres:latest@sha256:short" }],
    [{ id: "sha256:ABC" }],
    [{ id: testDigest, name: `x@${testDigest}` }],
    [{}],
    [{ build: "postgres" }],
    [{ id: testDigest, tag: "15" }],
    [{ name: `postgres:15@${testDigest}`, version: "15" }],
    [{ name: `postgres:15@${testDigest}`, signer: testDigest }],
    [{ id: testDigest, signer: "vendor" }],
    ["postgres:15"],
  ])("refuses %j, which does not fix the content or contradicts itself", (image) => {
    expect(pathsOf(withValue(publicRaw(), "database/image", image))[0]).toMatch(/^database\.image/);
  });

  it("keeps where an image by id must come from, and says so of no other", () => {
    const given = { id: testDigest, version: "2.1", archive: "vault.tar.gz", signer: testDigest };
    const { services, edge } = settingsOf(withValue(publicRaw(), "services/server/image", given));
    expect(services.server!.image.archived).toEqual({ archive: "vault.tar.gz", signer: testDigest });
    expect(services.dashboard!.image.archived).toEqual({});
    expect(edge.image.archived).toBeUndefined();
  });

  it("gives a registry's image to Docker as it is written, and reads its version from the tag", () => {
    const name = `registry.example.com:5000/a/b:2.1@${testDigest}`;
    const image = (given: string) =>
      settingsOf(withValue(publicRaw(), "services/server/image", { name: given })).services.server!.image;
    expect(image(name)).toEqual({ reference: name, source: "registry", version: "2.1" });
    const untagged = `registry.example.com:5000/a/b@${testDigest}`;
    expect(image(untagged)).toEqual({ reference: untagged, source: "registry" });
  });

  it("backs a database up by the tools of its own major version", () => {
    const recipients = ["p", "z"].map((end) => `age1${"q".repeat(57)}${end}`);
    const backup = (tag: string) =>
      pathsOf(
        withValue(publicRaw(), "backup", { image: { name: `backup:${tag}@${testDigest}` }, recipients }),
      );
    expect(backup("15")).toEqual([]);
    expect(backup("16")).toEqual(["backup.image"]);
  });

  it("runs the product on a database that it knows, of the image's own major version", () => {
    expect(pathsOf(withValue(publicRaw(), "database/major", 16))).toEqual(["database.major"]);
    const sixteen = { name: `postgres:16.4@${testDigest}` };
    expect(pathsOf(withValue(publicRaw(), "database/image", sixteen))).toEqual(["database.image"]);
    const untold = { name: `mirror.example.com/pg@${testDigest}` };
    expect(pathsOf(withValue(publicRaw(), "database/image", untold))).toEqual([]);
  });
});
