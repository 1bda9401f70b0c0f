import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { setImage } from "./image-config";

const image = {
  id: `sha256:${"a".repeat(64)}`,
  version: "1.10",
  archive: "vault-1.10.tar.gz",
  signer: `sha256:${"b".repeat(64)}`,
};
const path = ["services", "server", "image"];
const file = (server: string) => `# Of the whole file.
config:
  strongroom:edge: { image: {name: "x"},   addresses: ["127.0.0.1"] }
  # Of the services.
  strongroom:services:
    server:
${server}
      domain: vault.localhost # its name
    dashboard:
      image: { build: demo, tag: "1.0.0" }
`;

/** Lines that are new, and those that are gone. */
function diff(before: string, after: string): { gone: string[]; added: string[] } {
  const [old, now] = [before.split("\n"), after.split("\n")];
  return {
    gone: old.filter((line) => !now.includes(line)),
    added: now.filter((line) => !old.includes(line)),
  };
}

describe("setImage", () => {
  it("turns a map in braces into a line for each key and touches nothing else", () => {
    const before = file(`      image: { build: demo, tag: "1.0.0" } # the product`);
    const { gone, added } = diff(before, setImage(before, path, image));
    expect(gone).toEqual([`      image: { build: demo, tag: "1.0.0" } # the product`]);
    expect(added).toEqual([
      "      image:",
      `        id: ${image.id}`,
      `        version: "1.10"`,
      "        archive: vault-1.10.tar.gz",
      `        signer: ${image.signer} # the product`,
    ]);
  });

  it("keeps the comments of a block", () => {
    const before = file(
      `      image:\n        # From the vendor.\n        name: a/b:1@sha256:${"c".repeat(64)} # by digest\n        # the end`,
    );
    const after = setImage(before, path, image);
    const { gone, added } = diff(before, after);
    expect(gone).toHaveLength(1);
    expect(added[0]).toBe(`        id: ${image.id} # by digest`);
    expect(after).toContain("        # From the vendor.\n        id:");
    expect(after).toContain("        # the end");
  });

  it("changes only what differs in an image that is by id already", () => {
    const first = setImage(file(`      image: { build: demo, tag: "1.0.0" }`), path, image);
    const next = { ...image, id: `sha256:${"d".repeat(64)}` };
    expect(diff(first, setImage(first, path, next))).toEqual({
      gone: [`        id: ${image.id}`],
      added: [`        id: ${next.id}`],
    });
    expect(setImage(first, path, image)).toBe(first);
  });

  it("drops a version that the new image does not have", () => {
    const first = setImage(file(`      image: { build: demo, tag: "1.0.0" }`), path, image);
    const rest = { id: image.id, archive: image.archive, signer: image.signer };
    expect(parse(setImage(first, path, rest)).config["strongroom:services"].server.image).toEqual(rest);
  });

  it("names an image of another kind, and drops what was said of the one before", () => {
    const given = `      image:\n        name: a/b:1@sha256:${"c".repeat(64)}\n        requires: ">=0.9"`;
    const next = { name: `a/b:2@sha256:${"d".repeat(64)}` };
    const after = setImage(file(given), path, next);
    expect(parse(after).config["strongroom:services"].server.image).toEqual(next);
    const built = setImage(after, path, { build: "demo", tag: "2.0" });
    expect(parse(built).config["strongroom:services"].server.image).toEqual({ build: "demo", tag: "2.0" });
  });

  it("keeps what a release requires where it is the same release", () => {
    const ours = { ...image, requires: ">=1.9" };
    const first = setImage(file(`      image: { build: demo, tag: "1.0.0" }`), path, ours);
    const signer = `sha256:${"e".repeat(64)}`;
    expect(diff(first, setImage(first, path, { ...ours, signer }))).toEqual({
      gone: [`        signer: ${image.signer}`],
      added: [`        signer: ${signer}`],
    });
  });

  it("stays in braces where a block cannot stand", () => {
    const before = `config:\n  strongroom:services: { server: { image: { build: demo, tag: "1" }, domain: a } }\n`;
    const after = setImage(before, path, image);
    expect(after.split("\n")).toHaveLength(3);
    expect(parse(after).config["strongroom:services"].server).toEqual({ image, domain: "a" });
  });

  it("sets the edge's image, which is no service's", () => {
    const before = "config:\n  strongroom:edge:\n    image: { build: edge, tag: x }\n    ports: {}\n";
    expect(parse(setImage(before, ["edge", "image"], image)).config["strongroom:edge"].image).toEqual(image);
  });

  it.each([
    ["an alias", "      image: *other"],
    ["an anchor", `      image: &other { build: demo, tag: "1.0.0" }`],
    ["text", `      image: '{"build":"demo"}'`],
    ["nothing", "      replicas: 1"],
  ])("leaves %s to the operator, with the lines to write", (_, server) => {
    const before = `${file(server)}x: &other { a: b }\n`.replace(
      server.includes("&other") ? "x: &other { a: b }\n" : "\0",
      "",
    );
    expect(() => setImage(before, path, image)).toThrow(`by hand:\n  id: ${image.id}`);
  });
});
