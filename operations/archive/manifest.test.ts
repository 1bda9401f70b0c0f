import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { readManifest } from "./manifest";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const platform = { architecture: "amd64", rootfs: { type: "layers", diff_ids: [] } };
const config = JSON.stringify(platform);
const manifest = JSON.stringify({ config: { digest: `sha256:${hash(config)}` }, layers: [] });
const attestation = JSON.stringify({ ...platform, architecture: "unknown" });
const attesting = JSON.stringify({ config: { digest: `sha256:${hash(attestation)}` }, layers: [] });
const tag = { "io.containerd.image.name": "registry.example.com:5000/vault:2.1" };
const to = (text: string, annotations?: Record<string, string>) => ({
  digest: `sha256:${hash(text)}`,
  annotations,
});
const platforms = JSON.stringify({ manifests: [to(manifest), to(attesting), to("another platform")] });
const blobs = [config, manifest, attestation, attesting, platforms];

/** An archive in OCI layout, as Docker writes it since 25. */
async function* archiveOf(files: Record<string, string>): AsyncGenerator<Buffer> {
  const tar = pack();
  for (const blob of blobs) tar.entry({ name: `blobs/sha256/${hash(blob)}` }, blob);
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  yield await buffer(tar);
}

const image = {
  id: `sha256:${hash(config)}`,
  ids: [config, platforms, manifest].map((text) => `sha256:${hash(text)}`),
  tags: ["registry.example.com:5000/vault:2.1"],
  version: "2.1",
};
const index = JSON.stringify({ manifests: [to(platforms, tag)] });

describe("an archive in OCI layout", () => {
  it("gives the image with every id that a Docker may call it by, without attestations", async () => {
    expect(await readManifest(archiveOf({ "index.json": index }))).toEqual([image]);
  });

  it("gives the same with a manifest.json beside it", async () => {
    const entry = { Config: `blobs/sha256/${hash(config)}`, RepoTags: image.tags, Layers: [] };
    const files = { "index.json": index, "manifest.json": JSON.stringify([entry]) };
    expect(await readManifest(archiveOf(files))).toEqual([image]);
  });

  it.each([
    ["neither manifest nor index", {}, "neither manifest.json nor index.json"],
    ["an index that is not JSON", { "index.json": "{" }, "is not JSON"],
    ["an index that is none", { "index.json": '{"manifests":[{"digest":"x"}]}' }, "malformed"],
    [
      "a blob that is not what its name says",
      { "index.json": index, [`blobs/sha256/${hash("another platform")}`]: "{}" },
      "has the hash",
    ],
  ])("with %s is refused", async (_, files, message) => {
    await expect(readManifest(archiveOf(files))).rejects.toThrow(message);
  });
});
