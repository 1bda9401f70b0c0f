import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tarOf } from "../../operations/tar";
import { bundleDigest, filesOfTar, tarOfBundle } from "./bundle";
import { writeFolder } from "./settings";

/** Of one update; another writes times, ciphertext and the order of dependencies anew. */
const state = (update: "1" | "2", image = "a") => {
  const urns = update === "1" ? ["x", "y"] : ["y", "x"];
  const password = { ciphertext: `v1:${update}:z` };
  const resource = { urn: "u", type: "t", modified: update, inputs: { image, password } };
  const depends = { dependencies: urns, propertyDependencies: { image: urns, password: null } };
  return JSON.stringify({ version: 3, deployment: { resources: [{ ...resource, ...depends }] } });
};
const files = (content = state("1")) => [
  { name: "Pulumi.dev.yaml", content: "config:\n  strongroom:product: démo\n" },
  { name: "state.json", content },
  { name: "stack/passphrase", content: "secret\n" },
];

describe("an export's files", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "strongroom-bundle-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are the same after the tar, and nobody else's to read in the folder", async () => {
    const again = await filesOfTar(await tarOfBundle(files()));
    expect(again).toEqual(files());
    const to = join(folder, "new", "settings");
    writeFolder(to, again);
    expect(statSync(to).mode & 0o777).toBe(0o700);
    expect(statSync(join(to, "stack")).mode & 0o777).toBe(0o700);
    expect(statSync(join(to, "stack", "passphrase")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(to, "stack", "passphrase"), "utf8")).toBe("secret\n");
    expect(readdirSync(join(folder, "new"))).toEqual(["settings"]);
  });

  it("never take the place of anything", () => {
    writeFolder(join(folder, "there"), files());
    const before = readdirSync(join(folder, "there"));
    expect(() => writeFolder(join(folder, "there"), [{ name: "x", content: "" }])).toThrow(
      "is there already",
    );
    expect(readdirSync(join(folder, "there"))).toEqual(before);
    expect(readdirSync(folder)).toEqual(["there"]);
  });

  it.each(["../outside", "/etc/passwd", "a/../../b", "a//b", ""])(
    "are refused with the path %j",
    async (name) => {
      const tar = await tarOf([{ name, content: "x", uid: 0, gid: 0, mode: 0o600 }]);
      await expect(filesOfTar(tar)).rejects.toThrow("which no export of strongroom does");
    },
  );

  it("are refused when the tar is cut off", async () => {
    const tar = await tarOfBundle(files());
    await expect(filesOfTar(tar.subarray(0, 700))).rejects.toThrow();
  });

  it("are others when anything in them or a recipient is, but for what every update writes anew", () => {
    const digest = bundleDigest(files(), ["age1a"]);
    expect(bundleDigest(files(state("2")), ["age1a"])).toBe(digest);
    expect(bundleDigest(files(state("1", "b")), ["age1a"])).not.toBe(digest);
    expect(bundleDigest(files(), ["age1b"])).not.toBe(digest);
    const changed = files().map((each) => ({ ...each, content: each.content.replace("secret", "other") }));
    expect(bundleDigest(changed, ["age1a"])).not.toBe(digest);
  });
});
