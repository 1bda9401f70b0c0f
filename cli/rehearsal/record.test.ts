import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepRehearsal, readRehearsals, type RehearsalRecord } from "./record";

let stackDir: string;
beforeEach(() => {
  stackDir = mkdtempSync(join(tmpdir(), "strongroom-"));
});
afterEach(() => rmSync(stackDir, { recursive: true }));

const record = (image: string, version: string): RehearsalRecord => ({
  image,
  version,
  endedAt: "2026-11-23T09:00:00Z",
});

it("keeps the newest rehearsal of each image, newest first, for this user alone", () => {
  for (const [image, version] of ["a1", "b1", "a2"]) keepRehearsal({ stackDir }, record(image!, version!));
  expect(readRehearsals({ stackDir }).map(({ image, version }) => image + version)).toEqual(["a2", "b1"]);
  expect(statSync(join(stackDir, "rehearsals.json")).mode & 0o777).toBe(0o600);
});

it("keeps those of the last 20 images", () => {
  for (let n = 1; n <= 25; n++) keepRehearsal({ stackDir }, record(`image-${n}`, "1"));
  const images = readRehearsals({ stackDir }).map(({ image }) => image);
  expect([images.length, images[0], images.at(-1)]).toEqual([20, "image-25", "image-6"]);
});

it("is empty without a file, and with one that cannot be read", () => {
  expect(readRehearsals({ stackDir })).toEqual([]);
  writeFileSync(join(stackDir, "rehearsals.json"), "{ torn");
  expect(readRehearsals({ stackDir })).toEqual([]);
});
