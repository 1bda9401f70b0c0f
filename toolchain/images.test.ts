import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundleMain, knownImages, readImageSource, readRegistry, writeContext } from "./image-source";
import { isImageOf, readImageLock, writeImageLock, type ImageState } from "./images";
import { readPart } from "./parts";
import { repositoryRoot } from "./paths";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "strongroom-unit-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("an image's source", () => {
  it("differs for two releases of the demo product in its build arguments alone", async () => {
    const first = await readImageSource("demo:1.0.0");
    const second = await readImageSource("demo:1.1.0");
    expect(first.args).not.toEqual(second.args);
    expect(first.key).not.toBe(second.key);
    expect(first.bundle).toBe(second.bundle);
    expect((await readImageSource("demo:1.0.0")).key).toBe(first.key);
  });

  it("has a bundle that does not tell where it was made, nor where the packages are", async () => {
    const { bundle } = await readImageSource("demo:1.0.0");
    const elsewhere = mkdtempSync(join(tmpdir(), "strongroom-checkout-"));
    try {
      for (const name of ["images", "node_modules", "tsconfig.json"])
        symlinkSync(join(repositoryRoot, name), join(elsewhere, name));
      expect(await bundleMain("demo", elsewhere)).toBe(bundle);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it("gives a context with what the Dockerfile copies, and no sources", async () => {
    const target = join(folder, "context");
    writeContext(await readImageSource("demo:1.0.0"), target);
    expect(readFileSync(join(target, "main.js"), "utf8").length).toBeGreaterThan(1000);
    expect(() => readFileSync(join(target, "src", "main.ts"))).toThrow("ENOENT");
    expect(() => readFileSync(join(target, "releases.json"))).toThrow("ENOENT");
    const program = join(folder, "program");
    writeFileSync(program, "binary");
    const edge = join(folder, "edge");
    writeContext(await readImageSource("edge:3.6.7"), edge, program);
    expect(readFileSync(join(edge, "traefik"), "utf8")).toBe("binary");
    expect(readFileSync(join(edge, "entrypoint.sh"), "utf8")).toContain("exec");
  });

  it.each(["demo:0.0.1", "nothing:1", "demo", "../config:1"])(
    "is refused for %s, with what there is",
    async (name) => {
      await expect(readImageSource(name)).rejects.toThrow(/demo:1\.0\.0, .*edge:3\.6\.7, postgres:15/);
    },
  );
});

describe("registry.json", () => {
  it("names images that can be built too, each by a digest", () => {
    for (const [name, reference] of Object.entries(readRegistry())) {
      expect([...knownImages(), "base:bookworm"]).toContain(name);
      expect(reference).toMatch(/^[a-z]+:[a-z0-9.-]+@sha256:[0-9a-f]{64}$/);
    }
  });

  it("names the Traefik that the toolchain builds", () => {
    const { version } = readPart("traefik");
    expect(readRegistry()[`edge:${version}`]).toContain(`traefik:v${version}@`);
  });
});

describe("isImageOf", () => {
  const source = { key: "k", registry: `traefik:v3.6.7@sha256:${"a".repeat(64)}` };
  const image = (label: string | null, digest: string | null): ImageState => ({
    Id: "sha256:1",
    RepoDigests: digest === null ? null : [`mirror/traefik@sha256:${digest.repeat(64)}`],
    Config: { Labels: label === null ? null : { "strongroom.context": label } },
  });
  it.each([
    ["was built from the source", image("k", null), true],
    ["is the official one", image(null, "a"), true],
    ["was built from an older source", image("older", null), false],
    ["is another official one", image(null, "b"), false],
    ["says nothing of itself", image(null, null), false],
  ])("an image that %s", (_, it, is) => expect(isImageOf(source, it)).toBe(is));
  it("takes nothing for official where there is none", () =>
    expect(isImageOf({ key: "k" }, image(null, "a"))).toBe(false));
});

describe("the lock file", () => {
  it("is empty before the first build and sorted after it", () => {
    const file = join(folder, "deep", "images.json");
    expect(readImageLock(file)).toEqual({});
    writeImageLock(file, { "postgres:15": "sha256:b", "demo:1.0.0": "sha256:a" });
    expect(readFileSync(file, "utf8")).toBe(
      '{\n  "demo:1.0.0": "sha256:a",\n  "postgres:15": "sha256:b"\n}\n',
    );
    expect(readImageLock(file)["postgres:15"]).toBe("sha256:b");
  });

  it("is never taken for empty when it is broken", () => {
    const file = join(folder, "images.json");
    writeFileSync(file, "{");
    expect(() => readImageLock(file)).toThrow();
  });
});
