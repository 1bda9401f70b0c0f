import { afterEach, describe, expect, it } from "vitest";
import { parseReference, Repository } from "./registry";
import { digestOf, type StubOptions, StubRegistry } from "./testing";

let stub: StubRegistry | undefined;
afterEach(() => stub?.stop());

const manifests = { "1.0.0": '{"one":1}', "1.1.0": '{"two":2}', latest: '{"two":2}' };
const repository = async (options: Partial<StubOptions> = {}, name = "vendor/vault") => {
  stub = await StubRegistry.start({ manifests, ...options });
  return new Repository(stub.host, name);
};

describe("a repository", () => {
  it("gives its tags, page by page, and the digest over the bytes of a manifest", async () => {
    const asked = await repository({ pageSize: 2 });
    expect(await asked.tags()).toEqual(["1.0.0", "1.1.0", "latest"]);
    expect(stub!.asked).toHaveLength(2);
    expect(await asked.digest("1.1.0")).toBe(digestOf('{"two":2}'));
  });

  it("is asked with the token that it gives to anybody", async () => {
    const asked = await repository({ token: "for-anybody" });
    expect(await asked.tags()).toEqual(Object.keys(manifests));
    expect(stub!.asked[1]).toBe("/token?service=stub&scope=repository%3Avendor%2Fvault%3Apull");
  });

  it("that says another digest than it gives is not believed", async () => {
    const asked = await repository({ lies: true });
    await expect(asked.digest("1.1.0")).rejects.toThrow("gives another manifest of 1.1.0 than it says");
  });

  it("says when an image was made, also by one for several platforms, and nothing where the image does not", async () => {
    const config = '{"created":"2026-01-02T03:04:05Z"}';
    const image = `{"config":{"digest":"${digestOf(config)}"}}`;
    const attestation = `{"digest":"${digestOf("x")}","platform":{"os":"unknown"}}`;
    const index = `{"manifests":[${attestation},{"digest":"${digestOf(image)}","platform":{"os":"linux"}}]}`;
    const silent = `{"config":{"digest":"${digestOf("{}")}"}}`;
    const asked = await repository({ manifests: { image, index, silent }, blobs: [config, "{}"] });
    for (const reference of ["image", "index", digestOf(image)])
      expect(await asked.created(reference)).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(await asked.created("silent")).toBeUndefined();
    await expect(asked.created(digestOf("gone"))).rejects.toThrow("does not have it");
  });

  it("that is not there, or whose registry is not, is an error that says so", async () => {
    const asked = await repository({}, "vendor/other");
    await expect(asked.tags()).rejects.toThrow(`${stub!.host}/vendor/other: the registry does not have it`);
    const { host } = stub!;
    await stub!.stop();
    stub = undefined;
    await expect(new Repository(host, "vendor/vault").tags()).rejects.toThrow("does not answer");
  });
});

describe("a reference", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  it.each([
    ["postgres:15.13", { repository: "library/postgres", tag: "15.13" }],
    ["vendor/vault:1.0", { repository: "vendor/vault", tag: "1.0" }],
    ["vendor/vault", { repository: "vendor/vault" }],
    ["localhost:5000/vault:1.0", { host: "localhost:5000", repository: "vault", tag: "1.0" }],
    ["registry.example.com/a/b", { host: "registry.example.com", repository: "a/b" }],
  ])("%s is taken apart", (name, parts) => {
    expect(parseReference(`${name}@${digest}`)).toEqual({ ...parts, digest });
  });
});
